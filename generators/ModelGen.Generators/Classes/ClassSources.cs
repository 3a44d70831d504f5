using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Operations;

namespace ModelGen.Generators.Classes;

/// <summary>The generated files of one class; without text where there is nothing to write.</summary>
/// <param name="Name">What their names start with.</param>
/// <param name="Model">The part of the class that is the model.</param>
/// <param name="Lists">The other parts of the properties that list layers.</param>
internal sealed record ClassSources(string Name, ModelSources? Model, string? Lists)
{
    public static ClassSources Create(ClassModel model, EquatableArray<ClassCode> all)
    {
        var code = all.First(candidate => candidate.Class == model.Class).Generated?.Code;

        // Not every file system tells two files apart whose names differ in upper and lower case alone, nor does the compiler.
        var twins = all.Select(candidate => candidate.Class.FullName)
            .Where(name => string.Equals(name, model.Class.FullName, StringComparison.OrdinalIgnoreCase))
            .OrderBy(name => name, StringComparer.Ordinal)
            .ToList();
        var number = twins.IndexOf(model.Class.FullName);
        return new ClassSources(
            model.Class.FullName + (number == 0 ? "" : FormattableString.Invariant($".{number + 1}")),
            code is not null && model.Parsed.Diagnostics.Count == 0 ? LineDirectives.Fill(code, model.Parsed.Places, model.Path) : null,
            model.Lists.Count == 0 ? null : LayerListWriter.Write(model.Class, model.Lists));
    }
}
