using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;

namespace ModelGen.Generators.Specs;

/// <summary>What a spec means.</summary>
internal sealed record Model(string Path, ModelSpec? Spec);

/// <summary>What a model becomes, without places; the name is null where the spec has none that can be used.</summary>
internal sealed record ModelCode(string Path, string? Name, GeneratedModel? Generated)
{
    public static ModelCode Generate(BoundModel bound) => new(
        bound.Model.Path,
        bound.Model.Spec is { Name.Length: > 0 } spec ? spec.Name : null,
        bound.Model.Spec is null ? null : SpecCompiler.Generate(bound.Model.Spec, bound.Namespace, bound.Accessibility));
}

/// <summary>All that one file's output is made of.</summary>
/// <param name="File">The spec.</param>
/// <param name="Code">What it becomes.</param>
/// <param name="SameName">The file before it that has a model of the same name, which is the one that becomes a class.</param>
internal sealed record SpecUnit(SpecFile File, ModelCode Code, ModelCode? SameName)
{
    public static SpecUnit Create(SpecFile file, EquatableArray<ModelCode> all)
    {
        var code = all.First(candidate => candidate.Path == file.Path);

        // Without regard to case: the files that hold the classes have these names, and not every file system tells the two apart.
        var first = all
            .Where(candidate => candidate.Name is not null && string.Equals(candidate.Name, code.Name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(candidate => candidate.Path, StringComparer.Ordinal)
            .FirstOrDefault();
        return new SpecUnit(file, code, first is null || first.Path == file.Path ? null : new ModelCode(first.Path, first.Name, null));
    }
}
