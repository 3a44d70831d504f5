using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>What makes the objective from the model and data.</summary>
/// <param name="Type">The objective of the runtime.</param>
/// <param name="Record">The options record of the runtime that it takes besides; null where it takes none.</param>
/// <param name="Options">The arguments that are set in the record.</param>
/// <param name="Values">What the spec says of these.</param>
/// <param name="DataSet">The data set of the runtime that it learns from.</param>
/// <param name="IsAskedFor">Whether the base class asks for it; otherwise it is there for models whose spec says what they learn.</param>
internal sealed record ObjectiveMember(
    string Type,
    string? Record,
    IReadOnlyList<Parameter> Options,
    Arguments Values,
    string DataSet,
    bool IsAskedFor
);
