namespace AnomalyLab.Display;

/// <summary>Sorts tables in the browser: a click on a heading, or Enter on it, and once more for the other direction.</summary>
internal static class TableSorting
{
    /// <summary>Marks a table that can be sorted.</summary>
    public const string Attribute = "data-sortable";

    /// <remarks>Cells with a number carry it in <c>data-value</c>. Empty cells stay at the end.</remarks>
    public const string Script = $$"""
        <script>
        document.querySelectorAll('table[{{Attribute}}=""]').forEach(table => {
          table.setAttribute('{{Attribute}}', 'ready');
          const heads = [...table.tHead.rows[0].cells];
          const compare = (a, b) => a.dataset.value === undefined ? a.textContent.localeCompare(b.textContent) : a.dataset.value - b.dataset.value;
          heads.forEach((head, column) => {
            const button = document.createElement('button');
            button.type = 'button';
            button.textContent = head.textContent;
            button.style.cssText = 'font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-decoration:underline dotted';
            const arrow = document.createElement('span');
            arrow.ariaHidden = 'true';
            head.replaceChildren(button, arrow);
            button.onclick = () => {
              const sign = head.ariaSort === 'ascending' ? -1 : 1;
              heads.forEach(other => { other.ariaSort = null; other.lastChild.textContent = ''; });
              head.ariaSort = sign > 0 ? 'ascending' : 'descending';
              arrow.textContent = sign > 0 ? ' ▲' : ' ▼';
              table.tBodies[0].append(...[...table.tBodies[0].rows].sort((row, other) => {
                const [a, b] = [row.cells[column], other.cells[column]];
                return (a.textContent === '') - (b.textContent === '') || sign * compare(a, b);
              }));
            };
          });
        });
        </script>
        """;
}
