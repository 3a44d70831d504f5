namespace ModelGen.Cli.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Rank">Where space is short, a column of a higher rank gives way to one of a lower.</param>
internal readonly record struct TableColumn(string Title, int Rank);
