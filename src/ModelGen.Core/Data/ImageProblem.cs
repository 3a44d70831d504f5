namespace ModelGen.Data;

/// <summary>A file or folder that yielded no image.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record ImageProblem(string File, string Reason);
