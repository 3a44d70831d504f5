using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Specs;

/// <summary>The meaning of a spec.</summary>
internal sealed record Model(string Path, ModelSpec? Spec);

/// <summary>A model in the scope of its class.</summary>
/// <param name="Bound">The model.</param>
/// <param name="Surroundings">What the user's own code declares there.</param>
/// <param name="OwnTypes">What is wrong with the classes of the user's own that it names.</param>
internal sealed record PlacedModel(BoundModel Bound, Surroundings Surroundings, EquatableArray<GraphError> OwnTypes);

/// <summary>The output for a model, without places; the name is null where the spec has no usable one.</summary>
internal sealed record ModelCode(string Path, string? Name, GeneratedModel? Generated)
{
    public static ModelCode Generate(PlacedModel placed)
    {
        var (spec, bound) = (placed.Bound.Model.Spec, placed.Bound);
        return new ModelCode(
            bound.Model.Path,
            spec is { Name.Length: > 0 } ? spec.Name : null,
            spec is null
                ? null
                : Beside(placed, spec.Name, SpecCompiler.Generate(spec, bound.Namespace, bound.Accessibility, placed.Surroundings.Hidden))
        );
    }

    // Without the code where the user's own is in its way.
    private static GeneratedModel Beside(PlacedModel placed, string name, GeneratedModel generated)
    {
        var surroundings = placed.Surroundings;
        var errors = OwnMembers
            .Clashing(surroundings.Members, generated.Code)
            .Select(member => new GraphError(
                Rules.MemberClash,
                GraphError.Model,
                null,
                new EquatableArray<string>([OwnMembers.NameOf(member), name])
            ))
            .Concat(surroundings.Reason is { } reason ? [reason] : [])
            .Concat(placed.OwnTypes)
            .ToList();
        return surroundings.IsTaken || errors.Count > 0
            ? generated with
            {
                Code = null,
                Errors = new(generated.Errors.Concat(errors)),
            }
            : generated;
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

    /// <summary>What is wrong with the spec.</summary>
    /// <param name="known">What the build knows of files.</param>
    public Report Report(KnownFiles known)
    {
        var mistakes = SpecCompiler.Mistakes(File.Parsed, Code.Generated?.Beside(known));
        if (SameName is { } first)
        {
            var where = first.Name == Code.Name ? first.Path : $"{first.Path}, as '{first.Name}'";
            mistakes.Report(Rules.DuplicateModel, File.Parsed.Places.Model.Layer, Code.Name!, where);
        }

        return new Report(File.Path, mistakes.Shown());
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
