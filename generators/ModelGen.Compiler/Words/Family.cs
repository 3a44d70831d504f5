using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>A kind of model: its roles, how they are wired, and what its class offers. Its parameters are keys of the file.</summary>
internal abstract class Family(string word, string summary, params Parameter[] parameters) : FamilyWord(word, summary, parameters)
{
    /// <summary>What the family of a spec does.</summary>
    public static Family Of(ModelSpec spec) => (Family)spec.Family;

    /// <summary>Builds and checks the model, or as much as the spec has of it; null where something is missing or wrong.</summary>
    public abstract ModelGraph? Build(ModelSpec spec, List<GraphError> errors);

    /// <summary>What the class of a model that was built offers beside its layers.</summary>
    public abstract ModelSurface Surface(ModelGraph model);
}
