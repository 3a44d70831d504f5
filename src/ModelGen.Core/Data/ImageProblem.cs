namespace ModelGen.Data;

/// <summary>A file, or a folder, that was to give images and did not.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record ImageProblem(string File, string Reason);
