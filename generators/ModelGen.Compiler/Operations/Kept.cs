namespace ModelGen.Compiler.Operations;

/// <summary>Which of an operation's tensors its backward reads, so that they stay in memory until then.</summary>
[Flags]
internal enum Kept
{
    /// <summary>None of them.</summary>
    Nothing = 0,

    /// <summary>The tensors that it takes.</summary>
    Inputs = 1,

    /// <summary>The tensor that it gives.</summary>
    Result = 2,
}
