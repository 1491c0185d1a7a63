/** What went wrong, told to a person. */
import { AmendsError, ServiceAway } from "amends-client";

interface TroubleProps {
  trouble: unknown;
  /** What is said where the service does not answer. */
  away: string;
}

export function Trouble({ trouble, away }: TroubleProps) {
  if (trouble === undefined) {
    return null;
  }
  const error = trouble instanceof AmendsError ? trouble : undefined;
  return (
    <div class="trouble" role="alert">
      <p>{trouble instanceof ServiceAway ? away : String((trouble as Error).message)}</p>
      {error?.violations.map(({ field, description }) => (
        <p key={field}>
          {field}: {description}
        </p>
      ))}
      {error?.requestId && <p class="small">Request {error.requestId}</p>}
    </div>
  );
}
