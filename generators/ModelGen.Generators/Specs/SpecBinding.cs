using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Words.Layers;
using ModelGen.Generators.Classes;

namespace ModelGen.Generators.Specs;

/// <summary>A class that an attribute binds to a spec.</summary>
/// <param name="Spec">The spec's file as written.</param>
/// <param name="Class">The class.</param>
internal sealed record SpecBinding(string Spec, PartialClass Class)
{
    /// <summary>Whether a file is the spec.</summary>
    public bool IsTo(string path, string projectFolder) => FilePath.Normalise(Spec, projectFolder) == FilePath.Normalise(path);
}

/// <summary>The meaning of a spec, and the class that it becomes.</summary>
internal sealed record BoundModel(Model Model, string Namespace, string Accessibility)
{
    public static BoundModel Create(Model model, string rootNamespace, string projectFolder, EquatableArray<SpecBinding> bindings)
    {
        var own = bindings
            .Where(binding => binding.Class.Name == model.Spec?.Name && binding.IsTo(model.Path, projectFolder))
            .OrderBy(static binding => binding.Class.FullName, StringComparer.Ordinal)
            .FirstOrDefault();
        return own is null
            ? new BoundModel(model, rootNamespace, "public")
            : new BoundModel(model, own.Class.Namespace, own.Class.Accessibility);
    }
}
