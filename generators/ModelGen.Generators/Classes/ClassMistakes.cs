using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Classes;

/// <summary>What is wrong with a class that is a model.</summary>
internal static class ClassMistakes
{
    /// <summary>The mistakes, by file: the parts of a class may be in several.</summary>
    /// <param name="model">The class.</param>
    /// <param name="all">The code of all classes of the project.</param>
    /// <param name="known">What the build knows of files.</param>
    public static EquatableArray<Report> Of(ClassModel model, EquatableArray<ClassCode> all, KnownFiles known)
    {
        var own = all.First(candidate => candidate.Class == model.Class);
        var files = new Dictionary<string, DiagnosticBag>(StringComparer.Ordinal)
        {
            [model.Path] = SpecCompiler.Mistakes(model.Parsed, own.Generated?.Beside(known)),
        };
        foreach (var member in model.Members.Where(member => own.Clashing.Contains(member.Signature)))
        {
            if (!files.TryGetValue(member.Path, out var mistakes))
            {
                files.Add(member.Path, mistakes = new DiagnosticBag());
            }

            if (member.IsList)
            {
                mistakes.Report(Rules.MemberTaken, member.Place, member.Signature);
            }
            else
            {
                mistakes.Report(Rules.MemberClash, member.Place, OwnMembers.NameOf(member.Signature), model.Class.Name);
            }
        }

        return new EquatableArray<Report>(
            files.Where(static file => file.Value.Count > 0).Select(static file => new Report(file.Key, file.Value.Shown()))
        );
    }
}
