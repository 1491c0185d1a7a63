/** Lists as one walk: pages are fetched as they are needed. */

interface Page {
  nextPageToken: string;
}

/** All items of a list, page after page. */
export async function* walk<Answer extends Page, Item>(
  page: (pageToken: string) => Promise<Answer>,
  items: (answer: Answer) => readonly Item[],
): AsyncGenerator<Item, void, undefined> {
  let pageToken = "";
  do {
    const answer = await page(pageToken);
    yield* items(answer);
    pageToken = answer.nextPageToken;
  } while (pageToken);
}
