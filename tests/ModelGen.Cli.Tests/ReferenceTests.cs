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
    public void ADiagnosticIsExplainedByWhatIsWrongAndWhatIsRight()
    {
        Assert.Equal(
            (
                0,
                """
                # MG2002: Unknown word

                The word is not in the catalogue.

                ## Example

                    model: Classifier
                    family: network
                    data: { tensor: [4] }
                    network: [linear: 8, rellu, linear: 3]

                The message:

                    example.model.yaml(4,22): error MG2002: 'rellu' is not a layer or block; did you mean 'relu'?

                Right:

                    model: Classifier
                    family: network
                    data: { tensor: [4] }
                    network: [linear: 8, relu, linear: 3]

                ## What to do

                Use one of the words that docs/layers.md lists; a layer may also be a block, which is defined under 'blocks'.

                """,
                ""
            ),
            _terminal.Run("explain", "mg2002")
        );
        Assert.Contains("MG2003  The output has the wrong shape\n", _terminal.Run("explain").Output);
        Assert.Equal((1, "", "There is no diagnostic 'MG9'. 'modelgen explain' lists them all.\n"), _terminal.Run("explain", "MG9"));
    }

    // A recipe, a class that a spec names, a file that it names, classes with attributes, and a warning.
    [Theory]
    [InlineData("MG2030", "    model: TinyGtp\n", "\n`tiny-gpt.model.yaml`:\n\n    model: TinyGpt\n", "    model: TinyGpt\n    training: ")]
    [InlineData(
        "MG2033",
        "[module: Acme.Doubling,",
        "\n`Doubling.cs`:\n\n    using static TorchSharp.torch;\n",
        "[module: Acme.Layers.Doubling,"
    )]
    [InlineData("MG2034", "[linear: 2]\n\nThe header of `base/model.safetensors`:\n\n    {\n", "these differ: ", "[linear: 3]\n")]
    [InlineData("MG3010", "    public const int Linear = 3;\n", "Example.cs(8,22): error MG3010: ", "    public const int Classes = 3;\n")]
    [InlineData("MG3030", "    public static class PatientGpt;\n", "it must be partial\n", "    public static partial class PatientGpt;\n")]
    [InlineData("MG4002", ", sigmoid]\n", "    example.model.yaml(5,48): warning MG4002: sigmoid gives ", ", tanh]\n")]
    public void EachKindOfDiagnosticHasBoth(string id, string wrong, string between, string right)
    {
        var (code, output, error) = _terminal.Run("explain", id);
        var halves = output.Split("\nRight:\n");

        Assert.Equal((0, "", 2), (code, error, halves.Length));
        Assert.Contains(wrong, halves[0]);
        Assert.Contains(between, halves[0]);
        Assert.DoesNotContain(right, halves[0]);
        Assert.Contains(right, halves[1]);
        Assert.DoesNotContain("```", output);
        Assert.DoesNotContain("](", output);
    }

    [Theory]
    [InlineData("MG8001", "No spec can show it: a step of the build", "    app.csproj : error MG8001: ")]
    [InlineData("MG9999", "No spec is known that shows it", "    example.model.yaml(1,1): error MG9999: ModelGen failed on this file: ")]
    public void WhatNoFileCanShowIsToldAsText(string id, string when, string text)
    {
        var output = _terminal.Run("explain", id).Output;

        Assert.Contains($"\n## Example\n\n{when}", output);
        Assert.Contains(text, output);
        Assert.DoesNotContain("Right:", output);
    }

    [Theory]
    [InlineData("A ModelGen model")]
    [InlineData("A ModelGen recipe", "--recipe")]
    public void TheSchemaOfSpecsIsWritten(string what, params string[] options)
    {
        using var document = JsonDocument.Parse(_terminal.Run(["schema", .. options]).Output);

        Assert.Equal(what, document.RootElement.GetProperty("description").GetString());
    }

    [Fact]
    public void WrongUsageIsTwoLinesAndCodeIs2()
    {
        Wrong("There is no verb 'chek'; did you mean 'check'?", "modelgen", "chek");
        Wrong("There is no verb 'trian'; did you mean 'train'?", "modelgen", "trian", "notes.model.yaml", "--data", "notes.txt");
        Wrong("There is no option '--jsn'; did you mean '--json'?", "modelgen check", "check", "--jsn");
        Wrong("There is no option '--sed'; did you mean '--seed'?", "modelgen train", "train", "notes.model.yaml", "--sed", "3");
        Wrong("There is no option '--sed'; did you mean '--seed'?", "modelgen train", "train", "--sed", "3", "notes.model.yaml");
        Wrong("'b.model.yaml' is one argument too many.", "modelgen train", "train", "a.model.yaml", "b.model.yaml");
        Wrong("'gpu' is not a device; write auto, cpu, cuda, cuda:1 or mps.", "modelgen train", "train", "a.model.yaml", "--device", "gpu");
        Wrong("'a.jpg' is no name for a PNG file; let it end in .png.", "modelgen sample", "sample", "runs/a", "--out", "a.jpg");
        Assert.Equal(2, _terminal.Run().Code);
        Assert.Equal(0, _terminal.Run("--help").Code);

        void Wrong(string message, string command, params string[] arguments) =>
            Assert.Equal((2, "", $"{message}\n'{command} --help' tells more.\n"), _terminal.Run(arguments));
    }

    /// <summary>Both libtorch and the compiler of C# take longer to load than all that these verbs do.</summary>
    [Fact]
    public void VerbsThatRunNoModelNeedNeitherLibtorchNorRoslyn()
    {
        var bare = Directory.CreateDirectory(_terminal["bare"]).FullName;
        foreach (
            var file in Directory
                .EnumerateFiles(AppContext.BaseDirectory)
                .Where(static file => !IsHeavy(Path.GetFileName(file)) && !file.EndsWith(".deps.json", StringComparison.Ordinal))
        )
        {
            File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));
        }

        var program = Path.Combine(bare, "modelgen.dll");
        _terminal.Run("new", "light");
        new WrittenRun(_terminal, "runs/a", losses: [3, 2]).Manifest();
        new WrittenRun(_terminal, "runs/b", losses: [3, 2]).Manifest();
        string[][] verbs =
        [
            ["--help"],
            ["new", "other"],
            ["check", "light.model.yaml"],
            ["plan", "light.model.yaml"],
            ["runs", "runs"],
            ["compare", "runs/a", "runs/b"],
            ["emit", "light.model.yaml"],
            ["schema"],
            ["layers", "conv"],
            ["explain", "MG2003"],
        ];
        foreach (var words in verbs)
        {
            Assert.Equal((0, ""), Codes(_terminal.RunProgram(program, words)));
        }

        Assert.NotEqual(0, _terminal.RunProgram(program, ["doctor"]).Code);

        static bool IsHeavy(string name) =>
            name.StartsWith("TorchSharp", StringComparison.Ordinal)
            || name.StartsWith("ModelGen.Torch", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal);

        static (int Code, string Error) Codes((int Code, string Output, string Error) ended) => (ended.Code, ended.Error);
    }

    [Fact]
    public void TheDoctorTriesTheProcessor()
    {
        var (code, output, error) = _terminal.Run("doctor");

        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"(?m)^libtorch      2\.10\.0 with \d+ threads, by TorchSharp 0\.107\.0$", output);
        Assert.Matches(@"(?m)^cpu           multiplies matrices right, at \d+ GFLOP/s in float32$", output);
        Assert.Matches(@"(?m)^convolutions  .", output);
        Assert.Matches(@"(?m)^memory        \d+\.\d GB for this process$", output);
    }
}
