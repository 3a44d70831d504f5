using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words;

/// <summary>A word that uses another model of the project, trained before.</summary>
internal interface INamesModel
{
    /// <summary>The argument that names the model.</summary>
    ModelParameter Named { get; }

    /// <summary>The runtime type whose <c>Load</c> makes what is used of a new model and of <see cref="LoadedWith"/>.</summary>
    string Loader { get; }

    /// <summary>The arguments that <c>Load</c> takes after the model, of which the first is the folder of its run.</summary>
    IReadOnlyList<Parameter> LoadedWith { get; }

    /// <summary>Why the named model cannot be used, as the end of a sentence that begins with its name; null if it can.</summary>
    /// <param name="named">The model.</param>
    /// <param name="trained">The model that the recipe trains.</param>
    string? Misfit(ModelGraph named, ModelGraph trained);
}
