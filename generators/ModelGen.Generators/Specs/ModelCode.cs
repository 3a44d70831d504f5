using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;

namespace ModelGen.Generators.Specs;

/// <summary>What a spec means.</summary>
internal sealed record Model(string Path, ModelSpec? Spec);

/// <summary>A model where its class stands.</summary>
/// <param name="Bound">The model.</param>
/// <param name="Hidden">Short names of generated code that mean something else there.</param>
internal sealed record PlacedModel(BoundModel Bound, EquatableArray<string> Hidden);

/// <summary>What a model becomes, without places; the name is null where the spec has none that can be used.</summary>
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

/// <summary>All that one file's output is made of.</summary>
/// <param name="File">The spec.</param>
/// <param name="Code">What it becomes.</param>
/// <param name="SameName">The file before it that has a model of the same name, which is the one that becomes a class.</param>
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

    // Without regard to case: the files that hold the classes have these names, and not every file system tells the two apart.
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

    /// <summary>What a file becomes.</summary>
    public ModelCode Of(string path) => _byPath[path];

    /// <summary>What becomes the class of a model's name: the model itself, or one of the same name whose file comes before.</summary>
    public ModelCode FirstOf(ModelCode code) => code.Name is { } name ? _firstOfName[name] : code;
}
