namespace ModelGen.Training.Guards;

/// <summary>
/// What a model's <c>SourceMap</c> says: the operations of each module class, what they take, and where they were written.
/// </summary>
internal sealed class LayerTable
{
    private readonly Dictionary<string, LayerRows> _classes = new(StringComparer.Ordinal);

    /// <summary>Reads the table; an empty text is a table of no class.</summary>
    public LayerTable(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var rows = new LayerRows();
        foreach (var line in lines.Skip(1))
        {
            if (line.EndsWith(':'))
            {
                _classes.Add(line[..^1], rows = new LayerRows());
            }
            else
            {
                rows.Add(line.Split(' '), lines[0]);
            }
        }
    }

    /// <summary>The rows of a class; null where the table has none of it.</summary>
    public LayerRows? Find(string className) => _classes.GetValueOrDefault(className);
}
