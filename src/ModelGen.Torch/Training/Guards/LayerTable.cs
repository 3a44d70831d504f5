namespace ModelGen.Training.Guards;

/// <summary>A model's parsed <c>SourceMap</c>: the operations of each module class, their operands, and where they were written.</summary>
internal sealed class LayerTable
{
    private readonly Dictionary<string, LayerRows> _classes = new(StringComparer.Ordinal);

    /// <summary>Parses the table; an empty text gives an empty table.</summary>
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

    /// <summary>The rows of a class; null if the table does not list it.</summary>
    public LayerRows? Find(string className) => _classes.GetValueOrDefault(className);
}
