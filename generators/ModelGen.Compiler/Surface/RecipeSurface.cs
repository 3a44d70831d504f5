using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>What a recipe's class offers, independent of any language.</summary>
/// <param name="Options">The groups that programs can read from the class.</param>
/// <param name="Objective">Creates the recipe's objective; null where it is the model's own.</param>
/// <param name="DataSet">The data set of the runtime that the model learns from.</param>
/// <param name="Source">Reads the data; null where the recipe does not say where they are.</param>
/// <param name="RunClass">The runtime class of its whole run.</param>
internal sealed record RecipeSurface(
    IReadOnlyList<OptionGroup> Options,
    ObjectiveMember? Objective,
    string DataSet,
    SourceMember? Source,
    string RunClass
)
{
    /// <summary>Whether the class of the run is typed by the data set, too.</summary>
    public bool IsRunOfData { get; init; }

    /// <summary>The folder of a run with whose tokenizer texts are read; null for the tokenizer of the model.</summary>
    public string? TokenizerRun { get; init; }

    /// <summary>The folders of the runs whose models it uses.</summary>
    public IReadOnlyList<string> UsedRuns { get; init; } = [];

    /// <summary>What the training starts from and which weights it changes; null for a new model, which is trained as a whole.</summary>
    public OptionGroup? FineTuning { get; init; }

    /// <summary>The words of the groups that the run takes from the model's class.</summary>
    public IReadOnlyList<string> ModelOptions { get; init; } = [];
}

/// <summary>Reads the data of a recipe.</summary>
/// <param name="Record">The runtime's record that reads them.</param>
/// <param name="Parameters">The arguments that are set in it.</param>
/// <param name="Values">Their values in the recipe.</param>
/// <param name="ReadFor">The members of the model that it takes.</param>
internal sealed record SourceMember(
    string Record,
    IReadOnlyList<Parameter> Parameters,
    Arguments Values,
    IReadOnlyList<ReadMember> ReadFor
);
