using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>
/// How a class may be declared: whatever is refused says why, once and at its name, even where the C# compiler has complaints of its own;
/// and whatever is not refused compiles.
/// </summary>
public sealed class ClassFormTests
{
    private const string Layers = "[Linear(2)] static partial LayerList NetworkLayers { get; }";

    // A class that cannot be a model, why, and what C# itself has to say beside it.
    private static readonly (string Code, string Problem, string CSharp)[] Refused =
    [
        (
            $"public class Outer {{ [Network, Tensor(4)] public partial class Nested {{ {Layers} }} }}",
            "'Nested' cannot be a model: it is nested in 'Outer'; declare it in a namespace",
            "CS9248"
        ),
        (
            $"public partial class Outer {{ partial struct Middle {{ [Network, Tensor(4)] partial class Nested {{ {Layers} }} }} }}",
            "'Nested' cannot be a model: it is nested in 'Middle'; declare it in a namespace",
            ""
        ),
        (
            $"partial interface IOuter<T> {{ [Network, Tensor(4)] partial class Nested {{ {Layers} }} }}",
            "'Nested' cannot be a model: it is nested in 'IOuter'; declare it in a namespace",
            ""
        ),
        ($"[Network, Tensor(4)] public partial record Rec {{ {Layers} }}", "'Rec' cannot be a model: it is a record; declare a class", ""),
        (
            $"[Network, Tensor(4)] public sealed partial record Rec(int One) {{ {Layers} }}",
            "'Rec' cannot be a model: it is a record; declare a class",
            ""
        ),
        (
            $"[Network, Tensor(4)] public partial class Gen<T, @class> where T : class {{ {Layers} }}",
            "'Gen' cannot be a model: it has type parameters",
            ""
        ),
        (
            $"[Network, Tensor(4)] public partial record struct Value {{ {Layers} }}",
            "'Value' cannot be a model: it is a record; declare a class",
            "CS0592"
        ),
        (
            $"[Network, Tensor(4)] public partial struct Value {{ {Layers} }}",
            "'Value' cannot be a model: it is a struct; declare a class",
            "CS0592"
        ),
        (
            $"[Network, Tensor(4)] public partial interface Face {{ {Layers} }}",
            "'Face' cannot be a model: it is an interface; declare a class",
            "CS0592"
        ),
        (
            $"partial interface IOuter<in T, out @event> {{ partial class @record {{ [Network, Tensor(4)] partial class Nested {{ {Layers} }} }} }}",
            "'Nested' cannot be a model: it is nested in 'record'; declare it in a namespace",
            "CS8427"
        ),
        ($"[Network, Tensor(4)] public static partial class Stat {{ {Layers} }}", "'Stat' cannot be a model: it is static", ""),
        ($"[Network, Tensor(4)] public abstract partial class Abs {{ {Layers} }}", "'Abs' cannot be a model: it is abstract", ""),
        (
            $"[Network, Tensor(4)] file partial class Loc {{ {Layers} }}",
            "'Loc' cannot be a model: it is local to its file, and the generated part is in another",
            "CS9248"
        ),
        ($"[Network, Tensor(4)] public class Whole {{ {Layers} }}", "'Whole' cannot be a model: it must be partial", "CS0751,CS9248"),
        (
            $"[Network, Tensor(4)] public partial class Based : System.IO.MemoryStream {{ {Layers} }}",
            "'Based' cannot be a model: it has the base class 'MemoryStream', and a model has the base class of its family",
            ""
        ),
        (
            $"[Network, Tensor(4)] public partial class Based : ModelGen.Models.Vae {{ {Layers} }}",
            "'Based' cannot be a model: it has the base class 'Vae', and a model has the base class of its family",
            "CS0534,CS7036"
        ),
        (
            $"[Network, Tensor(4)] public partial class Ctor {{ public Ctor() {{ }} {Layers} }}",
            "'Ctor' cannot be a model: it has a constructor of its own; let it call the generated one, as in ': this(device)'",
            ""
        ),
        (
            $"[Network, Tensor(4)] public partial class Primary(int one) {{ internal int One => one; {Layers} }}",
            "'Primary' cannot be a model: it has a constructor of its own; let it call the generated one, as in ': this(device)'",
            ""
        ),
    ];

    // Members of a user's own, what is marked, and what is said about it.
    private static readonly (string Member, string Marked, string Name)[] Clashing =
    [
        ("public int Linear => 1;", "Linear", "Linear"),
        ("private int Linear;", "Linear", "Linear"),
        ("private int _one, Linear = 2;", "Linear", "Linear"),
        ("public int Linear() => 1;", "Linear", "Linear"),
        ("private sealed class Linear;", "Linear", "Linear"),
        ("private enum Linear { One }", "Linear", "Linear"),
        ("private delegate void Linear();", "Linear", "Linear"),
        ("internal event Action? Linear { add { } remove { } }", "Linear", "Linear"),
        ("internal event Action? Linear;", "Linear", "Linear"),
        ("public override torch.Tensor forward(torch.Tensor input) => input;", "forward", "forward"),
        ("public override TorchSharp.torch.Tensor forward(TorchSharp.torch.Tensor x) => x;", "forward", "forward"),
        ("public override string Fingerprint => \"\";", "Fingerprint", "Fingerprint"),
        ("public M(torch.Device? device) : this(device, 1) { } private M(torch.Device? device, int one) : this(device) { }", "M", "M"),
    ];

    public static TheoryData<int> RefusedNumbers => [.. Enumerable.Range(0, Refused.Length)];

    public static TheoryData<int> ClashingNumbers => [.. Enumerable.Range(0, Clashing.Length)];

    [Theory]
    [MemberData(nameof(RefusedNumbers))]
    public void AClassThatCannotBeAModelIsToldOnce(int number)
    {
        var (code, problem, csharp) = Refused[number];
        var build = Project(code).Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal($"MG3001: {problem}", $"{diagnostic.Id}: {diagnostic.GetMessage(null)}");
        Assert.Equal(problem.Split('\'')[1], Marked(diagnostic));
        Assert.Equal(csharp.Split(',', StringSplitOptions.RemoveEmptyEntries), CSharpErrors(build));
    }

    // Even a mistake that keeps the compiler from running analyzers leaves ours in view.
    [Fact]
    public void AMistakeOfCSharpElsewhereHidesNoneOfOurs()
    {
        var build = Project(
                $"public partial class Other {{ public partial int One {{ get; }} private Missing? _field; }} [Network, Tensor(4)] public "
                    + $"partial class M {{ [Dropout(1.5)] {Layers} }} [Tensor(4)] public partial class None {{ [Relu] static partial "
                    + $"LayerList NetworkLayers {{ get; }} }}"
            )
            .Run();

        Assert.Equal(["MG2006", "MG3004", "MG3004"], build.Diagnostics.Select(static diagnostic => diagnostic.Id));
        Assert.Contains("CS9248", CSharpErrors(build));
    }

    [Fact]
    public void AllMistakesOfAClassThatCannotBeAModelAreTold()
    {
        var build = Project($"[Network, Tensor(0)] public static partial class M {{ [Dropout(1.5)] {Layers} }}").Run();

        Assert.Equal(["MG2006", "MG2006", "MG3001"], build.Diagnostics.Select(static diagnostic => diagnostic.Id).Order());
    }

    [Theory]
    [MemberData(nameof(ClashingNumbers))]
    public void AMemberThatIsGeneratedTooIsToldAtIt(int number)
    {
        var (member, marked, name) = Clashing[number];
        var build = Project($"[Network, Tensor(4)] public partial class M {{ {member} {Layers} }}").Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal(
            $"MG3010: '{name}' is also a generated member of the model 'M'; give yours another name",
            $"{diagnostic.Id}: {diagnostic.GetMessage(null)}"
        );
        Assert.Equal(marked, Marked(diagnostic));
        Assert.DoesNotContain(build.Output.GetDiagnostics(), static found => IsGenerated(found));
    }

    // The same members in a part beside a spec: the place is the spec's.
    [Theory]
    [MemberData(nameof(ClashingNumbers))]
    public void AMemberThatASpecGeneratesTooIsToldAtTheSpec(int number)
    {
        var (member, _, name) = Clashing[number];
        var build = new SpecProject(source: $"using System;\nusing TorchSharp;\nnamespace App;\npublic partial class M {{ {member} }}\n")
            .Write("/app/m.model.yaml", Specs.Network("M"))
            .Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal(
            $"MG3010: '{name}' is also a generated member of the model 'M'; give yours another name",
            $"{diagnostic.Id}: {diagnostic.GetMessage(null)}"
        );
        Assert.Equal("/app/m.model.yaml", diagnostic.Location.GetLineSpan().Path);
        Assert.Empty(build.Sources);
    }

    [Theory]
    [InlineData("public M(int one) : this() => _ = one;")]
    [InlineData("static M() { }")]
    [InlineData("public torch.Tensor forward(torch.Tensor one, int two) => one * two;")]
    [InlineData("private int linear;")]
    [InlineData("public static M operator +(M one, M two) => one ?? two;")]
    [InlineData("public int this[int one] => one;")]
    [InlineData("void IDisposable.Dispose() => Dispose();")]
    [InlineData("internal static void state_dict() { }")]
    [InlineData("internal void register_module(string one, object two) { }")]
    [InlineData("internal new int CheckInput = 1, training = 2;")]
    [InlineData("internal static int nameof(int one) => one;")]
    [InlineData("private const int Width = 4; private readonly record struct Pair(int One, int Two);")]
    public void OtherMembersMayBeAny(string member)
    {
        var build = Project(
                "#pragma warning disable CS1591, CS0169, CS0414\n/// <summary>A model.</summary>\n[Network, Tensor(4)] public partial class M : "
                    + $"IDisposable {{ {member} {Layers} }}"
            )
            .Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    // Each is a name only behind an @, which a symbol does not have.
    [Theory]
    [InlineData("namespace App.@event.@where")]
    [InlineData("namespace @class.@record.System")]
    [InlineData("namespace Größe.e\u0301")]
    public void ANamespaceAndAListMayHaveNamesThatAreWordsOfCSharp(string space)
    {
        var build = new SpecProject(
            source: $"using ModelGen;\n{space};\n/// <summary>A model.</summary>\n[Network, Tensor(4)] public partial class @Model {{ "
                + "[Residual(nameof(@base))] static partial LayerList NetworkLayers { get; } [Linear(4)] static partial LayerList @base { get; } }",
            generator: new ClassGenerator()
        ).Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    // C# says that the list has no implementation, but not why.
    [Theory]
    [InlineData("public partial class M { static partial LayerList Some { get; } }", "MG3003", "Some")]
    [InlineData("public partial class M { [Linear(2)] static partial LayerList Some { get; } }", "MG3004", "Linear")]
    [InlineData("public partial struct M { [Linear(2)] static partial LayerList Some { get; } }", "MG3004", "Linear")]
    [InlineData("public partial record M { static partial LayerList Some { get; } }", "MG3003", "Some")]
    public void AListWithoutAFamilyIsTold(string code, string id, string marked)
    {
        var build = Project(code).Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal((id, marked), (diagnostic.Id, Marked(diagnostic)));
        Assert.EndsWith(": 'M' has no family attribute, such as [EncoderDecoder]", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial class M { static partial LayerList Some { get; } static partial LayerList Some => new(); }")]
    [InlineData("public partial class M { static LayerList Some { get; } = new(); }")]
    [InlineData("public abstract class M { public abstract LayerList Some { get; } }")]
    public void AListOfTheUsersOwnIsNoMistake(string code) => Assert.Empty(Project(code).Run().Diagnostics);

    [Fact]
    public void TheBaseClassOfAnotherFamilyIsToldAtTheSpecOrAtTheClassThatNamesIt()
    {
        const string Problem = "has the base class 'Vae', and a model has the base class of its family";
        var beside = new SpecProject(source: "namespace App; public partial class M : ModelGen.Models.Vae;")
            .Write("/app/m.model.yaml", Specs.Network("M"))
            .Run();
        var bound = new SpecProject(
            source: "namespace App; [ModelGen.Model(\"/app/m.model.yaml\")] public partial class M : ModelGen.Models.Vae;"
        )
            .Write("/app/m.model.yaml", Specs.Network("M"))
            .Run();

        Assert.Equal(
            $"'M' cannot be a model: the project has a class of that name, in /app/Program.cs, and it {Problem}",
            Assert.Single(beside.Diagnostics).GetMessage(null)
        );
        Assert.Equal($"'M' cannot be a model: it {Problem}", Assert.Single(bound.Diagnostics).GetMessage(null));
        Assert.Equal("M", Marked(bound.Diagnostics[0]));
        Assert.Empty(beside.Sources.Concat(bound.Sources));
    }

    // What stands where a spec's class would go.
    [Theory]
    [InlineData(
        "[Network, Tensor(4)] public partial class M { [Linear(2)] static partial LayerList NetworkLayers { get; } }",
        "MG2014: the model 'M' is also defined in /app/Program.cs"
    )]
    [InlineData("public struct M;", "MG2013: 'M' cannot be the name of a model: another type, in /app/Program.cs, has it")]
    [InlineData("public enum M { One }", "MG2013: 'M' cannot be the name of a model: another type, in /app/Program.cs, has it")]
    [InlineData("internal delegate void M();", "MG2013: 'M' cannot be the name of a model: another type, in /app/Program.cs, has it")]
    [InlineData("internal interface M;", "MG2013: 'M' cannot be the name of a model: another type, in /app/Program.cs, has it")]
    [InlineData(
        "public class M;",
        "MG3001: 'M' cannot be a model: the project has a class of that name, in /app/Program.cs, and it must be partial"
    )]
    [InlineData(
        "public static partial class M;",
        "MG3001: 'M' cannot be a model: the project has a class of that name, in /app/Program.cs, and it is static"
    )]
    [InlineData(
        "public partial record M;",
        "MG3001: 'M' cannot be a model: the project has a class of that name, in /app/Program.cs, and it is a record; declare a class"
    )]
    [InlineData(
        "public partial class M : Exception;",
        "MG3001: 'M' cannot be a model: the project has a class of that name, in /app/Program.cs, and it has the base class 'Exception', "
            + "and a model has the base class of its family"
    )]
    [InlineData(
        "[Recipe(typeof(int)), AdamW(1e-3), Training(Batch = 4, Duration = \"10 steps\")] public static partial class M;",
        "MG2013: 'M' cannot be the name of a model: a recipe in /app/Program.cs has it"
    )]
    public void WhatIsInTheWayOfASpecIsToldAtTheSpec(string code, string message)
    {
        var project = new SpecProject(
            "App",
            $"using System;\nusing ModelGen;\nnamespace App;\n{code}\n",
            new SpecGenerator(),
            new ClassGenerator()
        ).Write("/app/m.model.yaml", "# A comment.\n" + Specs.Network("M"));
        var build = project.Run();

        var diagnostic = Assert.Single(build.Diagnostics);
        Assert.Equal(message, $"{diagnostic.Id}: {diagnostic.GetMessage(null)}");
        Assert.Equal(
            (1, 7),
            (diagnostic.Location.GetLineSpan().StartLinePosition.Line, diagnostic.Location.GetLineSpan().StartLinePosition.Character)
        );
        Assert.Empty(build.Sources);
        Assert.DoesNotContain(build.Output.GetDiagnostics(), static found => IsGenerated(found));
    }

    [Fact]
    public void ANamespaceOfTheModelsNameIsInItsWay()
    {
        var build = new SpecProject(source: "namespace App.M { internal static class Inside; }")
            .Write("/app/m.model.yaml", Specs.Network("M"))
            .Run();

        Assert.Equal(
            "'M' cannot be the name of a model: the project has a namespace of that name",
            Assert.Single(build.Diagnostics).GetMessage(null)
        );
    }

    // Types of other numbers of parameters, and of other namespaces, are others.
    [Fact]
    public void AnotherTypeOfTheNameIsNotInItsWay()
    {
        var build = new SpecProject(
            source: "namespace App { internal static class M<T>; } namespace App.Other { internal static class M; }"
        )
            .Write("/app/m.model.yaml", Specs.Network("M"))
            .Run();

        Assert.Empty(build.Diagnostics);
        Assert.Empty(build.CompilerDiagnostics);
    }

    private static SpecProject Project(string code) =>
        new(source: $"using System;\nusing ModelGen;\nusing TorchSharp;\nnamespace App;\n{code}\n", generator: new ClassGenerator());

    private static IEnumerable<string> CSharpErrors(Build build) =>
        build
            .Output.GetDiagnostics()
            .Where(static diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error)
            .Select(static diagnostic => diagnostic.Id)
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static bool IsGenerated(Diagnostic diagnostic) =>
        diagnostic.Severity == DiagnosticSeverity.Error
        && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true;

    private static string Marked(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);
}
