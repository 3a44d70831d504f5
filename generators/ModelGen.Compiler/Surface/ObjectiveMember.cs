using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>Creates the objective from the model and data.</summary>
/// <param name="Type">The objective of the runtime.</param>
/// <param name="Record">The runtime's options record that it also takes; null where it takes none.</param>
/// <param name="Options">The arguments that are set in the record.</param>
/// <param name="Values">Their values in the spec.</param>
/// <param name="DataSet">The data set of the runtime that it learns from.</param>
/// <param name="IsAskedFor">Whether the base class requires it; otherwise only models whose spec says what they learn have it.</param>
internal sealed record ObjectiveMember(
    string Type,
    string? Record,
    IReadOnlyList<Parameter> Options,
    Arguments Values,
    string DataSet,
    bool IsAskedFor
)
{
    /// <summary>The record of the user's own that it takes instead; null for none.</summary>
    public OwnRecord? Own { get; init; }

    /// <summary>The objective with the trained model that it also takes; null where it takes none.</summary>
    public IConfigured? Teacher { get; init; }

    /// <summary>The record of the user's own that measures how good the model is; null for none.</summary>
    public OwnRecord? Metrics { get; init; }
}
