using System.Text.Json;

namespace ModelGen.Cli.Tests;

/// <summary>What the command tells of the language, and of itself.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AWordIsShownWithItsKeys()
    {
        var (code, output, error) = _terminal.Run("layers", "gelu");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("### gelu\n", output);
        Assert.Contains("`approximate`", output);
        Assert.DoesNotContain("### ", output[4..]);
        Assert.Contains("\n    gelu\n", _terminal.Run("layers").Output);
        Assert.Equal(
            (1, "", "There is no word 'gleu'; did you mean 'gelu'? 'modelgen layers' lists them all.\n"),
            _terminal.Run("layers", "gleu")
        );
    }

    [Fact]
    public void ADiagnosticIsExplainedWithAnExample()
    {
        var (code, output, error) = _terminal.Run("explain", "mg2003");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("# MG2003: The output has the wrong shape\n", output);
        Assert.Contains("error MG2003: ", output);
        Assert.DoesNotContain("](", output);
        Assert.Contains("MG2003  The output has the wrong shape\n", _terminal.Run("explain").Output);
        Assert.Equal((1, "", "There is no diagnostic 'MG9'. 'modelgen explain' lists them all.\n"), _terminal.Run("explain", "MG9"));
    }

    [Theory]
    [InlineData("ModelGen model")]
    [InlineData("ModelGen recipe", "--recipe")]
    public void TheSchemaOfSpecsIsWritten(string title, params string[] options)
    {
        using var document = JsonDocument.Parse(_terminal.Run(["schema", .. options]).Output);

        Assert.Equal(title, document.RootElement.GetProperty("title").GetString());
    }

    [Fact]
    public void WrongUsageIsTwoLinesAndCodeIs2()
    {
        Assert.Equal((2, "", "Unrecognized command or argument 'chek'.\n'modelgen --help' tells more.\n"), _terminal.Run("chek"));
        var (code, output, error) = _terminal.Run("check", "--jsn");
        Assert.Equal((2, ""), (code, output));
        Assert.EndsWith("'modelgen check --help' tells more.\n", error);
        Assert.Equal(2, _terminal.Run().Code);
        Assert.Equal(0, _terminal.Run("--help").Code);
    }

    /// <summary>No libtorch and no compiler of C#: both take longer to load than all that these verbs do.</summary>
    [Fact]
    public void TheCommandCarriesNoLibtorchAndNoRoslyn() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(static file => Path.GetFileName(file)),
            static name =>
                name.StartsWith("TorchSharp", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
        );
}
