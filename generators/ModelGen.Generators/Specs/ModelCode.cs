using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;

namespace ModelGen.Generators.Specs;

/// <summary>The meaning of a spec.</summary>
internal sealed record Model(string Path, ModelSpec? Spec);

/// <summary>A model in the scope of its class.</summary>
/// <param name="Bound">The model.</param>
/// <param name="Hidden">Short names of generated code that mean something else in that scope.</param>
internal sealed record PlacedModel(BoundModel Bound, EquatableArray<string> Hidden);

/// <summary>The output for a model, without places; the name is null where the spec has no usable one.</summary>
internal sealed record ModelCode(string Path, string? Name, GeneratedModel? Generated)
{
    public static ModelCode Generate(PlacedModel placed)
    {
        var (spec, bound) = (placed.Bound.Model.Spec, placed.Bound);
        return new ModelCode(
            bound.Model.Path,
            spec is { Name.Length: > 0 } ? spec.Name : null,
            spec is null ? null : SpecCompiler.Generate(spec, bound.Namespace, bound.Accessibility, placed.Hidden)
        );
    }
}

/// <summary>Everything that goes into one file's output.</summary>
/// <param name="File">The spec.</param>
/// <param name="Code">Its output.</param>
/// <param name="SameName">An earlier file with a model of the same name, which becomes the class instead.</param>
internal sealed record SpecUnit(SpecFile File, ModelCode Code, ModelCode? SameName)
{
    public static SpecUnit Create(SpecFile file, ProjectCode all)
    {
        var code = all.Of(file.Path);
        var first = all.FirstOf(code);
        return new SpecUnit(file, code, first.Path == file.Path ? null : new ModelCode(first.Path, first.Name, null));
    }
}

/// <summary>The code of all specs of a project.</summary>
internal sealed class ProjectCode
{
    private readonly Dictionary<string, ModelCode> _byPath = new(StringComparer.Ordinal);

    // Case is ignored: the generated files have these names, and not every file system tells them apart.
    private readonly Dictionary<string, ModelCode> _firstOfName = new(StringComparer.OrdinalIgnoreCase);

    public ProjectCode(IEnumerable<ModelCode> all)
    {
        foreach (var code in all)
        {
            _byPath[code.Path] = code;
            if (
                code.Name is { } name
                && (!_firstOfName.TryGetValue(name, out var first) || string.CompareOrdinal(code.Path, first.Path) < 0)
            )
            {
                _firstOfName[name] = code;
            }
        }
    }

    /// <summary>The output for a file.</summary>
    public ModelCode Of(string path) => _byPath[path];

    /// <summary>The model that becomes the class of a name: the model itself, or one of the same name in an earlier file.</summary>
    public ModelCode FirstOf(ModelCode code) => code.Name is { } name ? _firstOfName[name] : code;
}
