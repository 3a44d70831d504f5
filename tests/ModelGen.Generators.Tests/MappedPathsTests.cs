using System.Text;
using Microsoft.CodeAnalysis.Emit;

namespace ModelGen.Generators.Tests;

/// <summary>With PathMap, builds in two folders are the same to the byte, and neither knows its folder.</summary>
public sealed class MappedPathsTests
{
    private const string Code = """
        #pragma warning disable CS1591
        using ModelGen;
        namespace App;
        [Network, Tensor(4)]
        public partial class Own
        {
            [Linear(2), Relu]
            static partial LayerList NetworkLayers { get; }
        }

        """;

    [Fact]
    public void BuildsInTwoFoldersAreTheSame()
    {
        var (one, other) = (Bytes("/home/me/app"), Bytes("/build/7/app"));

        Assert.Equal(one.Program, other.Program);
        Assert.Equal(one.Symbols, other.Symbols);
        Assert.DoesNotContain("/home/me", Encoding.UTF8.GetString(one.Program), StringComparison.Ordinal);
        Assert.DoesNotContain("/home/me", Encoding.Unicode.GetString(one.Program), StringComparison.Ordinal);
        Assert.DoesNotContain("/home/me", Encoding.UTF8.GetString(one.Symbols), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSpecsPathIsTheMappedOne()
    {
        var source = Project("/home/me/app").Run().Sources["M.g.cs"];

        Assert.Contains("\"/_/specs/m.model.yaml\"", source, StringComparison.Ordinal);
        Assert.DoesNotContain("/home/me", source, StringComparison.Ordinal);
    }

    private static (byte[] Program, byte[] Symbols) Bytes(string folder)
    {
        using var program = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = Project(folder)
            .Run()
            .Output.Emit(program, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return (program.ToArray(), symbols.ToArray());
    }

    private static SpecProject Project(string folder)
    {
        var project = new SpecProject(folder, "App", Code, new SpecGenerator(), new ClassGenerator());
        project.MapPaths(folder, "/_");
        return project.Write($"{folder}/specs/m.model.yaml", Specs.Network("M"));
    }
}
