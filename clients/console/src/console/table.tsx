/** A table with a name; on a narrow page it scrolls within itself. */
import type { ComponentChildren } from "preact";

export function Table({ name, columns, children }: { name: string; columns: readonly string[]; children: ComponentChildren }) {
  return (
    <div class="wide" role="region" aria-label={name} tabIndex={0}>
      <table>
        <caption>{name}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
