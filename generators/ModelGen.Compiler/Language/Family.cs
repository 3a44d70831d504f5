using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Language;

/// <summary>A kind of model: its roles, how they are wired, and what its class offers. Its parameters are keys of the file.</summary>
internal abstract class Family(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    public sealed override string Kind => "family";

    /// <summary>Builds and checks the model, or as much as the spec has of it; null where something is missing or wrong.</summary>
    public abstract ModelGraph? Build(ModelSpec spec, List<GraphError> errors);

    /// <summary>What the class of a model that was built offers beside its layers.</summary>
    public abstract ModelSurface Surface(ModelGraph model);
}
