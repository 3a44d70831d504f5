using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>A kind of model: its roles, how they are wired, and the members of its class. Its parameters are keys of the file.</summary>
internal abstract class Family(string word, string summary, params Parameter[] parameters) : FamilyWord(word, summary, parameters)
{
    /// <summary>The family of a spec.</summary>
    public static Family Of(ModelSpec spec) => (Family)spec.Family;

    /// <summary>The runtime class that the generated one extends.</summary>
    public abstract string BaseClass { get; }

    /// <summary>The runtime class of a whole run of such a model.</summary>
    public abstract string RunClass { get; }

    /// <summary>The runtime's data sets that a model can learn from, the first unless there is a reason for another.</summary>
    /// <param name="arguments">The values of the family's keys.</param>
    public abstract IReadOnlyList<string> DataSets(Arguments arguments);

    /// <summary>Builds and checks the model, or as much of it as the spec has; null if anything is missing or wrong.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="errors">Receives the mistakes and the warnings.</param>
    public abstract ModelGraph? Build(ModelSpec spec, List<GraphError> errors);

    /// <summary>How a built model is trained, as far as its memory depends on it; null where its spec does not say.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trained">Which of its weights are trained; null for all.</param>
    public abstract TrainingSetup? Setup(ModelGraph model, TrainedWeights? trained = null);

    /// <summary>What the class of a built model offers besides its layers.</summary>
    public abstract ModelSurface Surface(ModelGraph model);
}
