namespace ModelGen.Runs;

/// <summary>A part of the status line, shown whole or not at all.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Rank">Where space is short, an item of a higher rank gives way to one of a lower.</param>
internal readonly record struct StatusItem(string Text, int Rank);
