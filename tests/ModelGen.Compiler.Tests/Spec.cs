using ModelGen.Compiler.CSharp;

namespace ModelGen.Compiler.Tests;

/// <summary>Compiles specs written in tests.</summary>
internal static class Spec
{
    public const string Path = "specs/example.model.yaml";

    public const string Namespace = "Example.Models";

    /// <summary>The C# of the model itself; fails with the diagnostics where there is none.</summary>
    public static string Code(string text) => Sources(text).Model;

    /// <summary>All of the C#; fails with the diagnostics where there is none.</summary>
    /// <param name="text">The spec.</param>
    /// <param name="hidden">What else stands in the namespace.</param>
    public static ModelSources Sources(string text, params IReadOnlyCollection<string> hidden)
    {
        var compiled = SpecCompiler.Compile(text, Path, Namespace, hidden);
        Assert.True(compiled.Code is not null, $"{string.Join('\n', compiled.Diagnostics.Select(d => d.Format(Path)))}\n\n{text}");
        return compiled.Code;
    }

    /// <summary>What is wrong or doubtful, as "(line,column): MG0000: message".</summary>
    public static IReadOnlyList<string> Errors(string text)
    {
        var compiled = SpecCompiler.Compile(text, Path, Namespace);
        Assert.Equal(compiled.Diagnostics.All(diagnostic => diagnostic.Rule.IsWarning), compiled.Code is not null);
        return
        [
            .. compiled.Diagnostics.Select(d => FormattableString.Invariant($"({d.Span.Line},{d.Span.Column}): {d.Rule.Id}: {d.Message}")),
        ];
    }

    /// <summary>The only thing that is wrong.</summary>
    public static string Error(string text) => Assert.Single(Errors(text));
}
