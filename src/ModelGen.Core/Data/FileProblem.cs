namespace ModelGen.Data;

/// <summary>A file or folder that yielded nothing to learn from.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong with it, worded to follow its name.</param>
public sealed record FileProblem(string File, string Reason);
