// In a ticket of Zendesk: frames the sidebar of the service that the app's setting names, and tells it which case is open.
//
// It has no secret and passes none on: who asks, the service is told by the agent, in the sidebar itself.

const HEIGHT = "720px";
const client = ZAFClient.init();
const frame = document.getElementById("amends");

client.invoke("resize", { width: "100%", height: HEIGHT });
start().catch((error) => complain(String(error?.message ?? error)));

async function start() {
  const { settings } = await client.metadata();
  const origin = originOf(settings.origin);
  if (!origin) {
    complain("The app's setting for the address of the Amends service is none, as in https://amends.example.com.");
    return;
  }
  const told = { type: "amends.case", ...(await openCase(settings.source)) };
  const tell = () => frame.contentWindow.postMessage(told, origin);
  addEventListener("message", ({ data, origin: from, source }) => {
    if (source === frame.contentWindow && from === origin && data?.type === "amends.ready") {
      tell();
    }
  });
  // The bridge, too, changes the ticket: what it has decided is there by then.
  client.on("ticket.updated", tell);
  frame.src = `${origin}/console/sidebar`;
}

/** The name that the bridge gives to the ticket's case, and the agent for the record. */
async function openCase(source) {
  const found = await client.get(["ticket.id", "currentUser.id"]);
  return {
    caseId: `${source || "zendesk"}-${found["ticket.id"]}`,
    actor: { actorId: `zendesk/${found["currentUser.id"]}`, kind: "ACTOR_KIND_HUMAN" },
  };
}

/** Encrypted, or on this very machine for a trial; nothing but an origin. */
function originOf(text) {
  if (!URL.canParse(text)) {
    return "";
  }
  const { origin, protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && hostname === "127.0.0.1") ? origin : "";
}

function complain(why) {
  document.getElementById("trouble").textContent = why;
}
