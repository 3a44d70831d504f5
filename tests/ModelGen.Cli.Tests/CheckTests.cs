using System.Text.Json;
using Microsoft.CodeAnalysis;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen check</c> and <c>emit</c>.</summary>
public sealed class CheckTests : IDisposable
{
    private const string Good = """
        model: Writer
        family: transformer
        data: { tokens: { context: 12 } }
        network: [embed: 8, unembed]
        objective: next-token
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }

        """;

    private const string Recipe = """
        run: Again
        model: Writer
        training: { optimizer: { adamw: 1e-2 }, batch: 2, duration: 10 steps }

        """;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void GoodSpecsAreCountedAndCodeIs0()
    {
        _terminal.Write("models/Writer.model.yaml", Good);
        _terminal.Write("models/again.run.yaml", Recipe);
        _terminal.Write("models/obj/copy.model.yaml", "broken");

        Assert.Equal((0, "2 specs: 0 errors, 0 warnings\n", ""), _terminal.Run("check"));
        Assert.Equal((0, "2 specs: 0 errors, 0 warnings\n", ""), _terminal.Run("check", "models"));
        Assert.Equal((0, "1 spec: 0 errors, 0 warnings\n", ""), _terminal.Run("check", "models/again.run.yaml"));
        Assert.Equal((0, "1 spec: 0 errors, 0 warnings\n", ""), _terminal.Run("check", "**/*.model.yaml"));
        Assert.Equal(
            (0, "1 spec: 0 errors, 0 warnings\n", ""),
            _terminal.Run("check", "mod*/Write*.model.yaml", "models/Writer.model.yaml")
        );
    }

    [Fact]
    public void MistakesHaveTheFormatOfBuildsAndCodeIs1()
    {
        _terminal.Write("ein Modell/größe.model.yaml", Good.Replace("embed: 8", "embd: 8", StringComparison.Ordinal));
        _terminal.Write("recipes/b.model.yaml", Good);
        _terminal.Write("recipes/other.run.yaml", Recipe.Replace("batch: 2", "batch: 0", StringComparison.Ordinal));

        var (code, output, error) = _terminal.Run("check");

        Assert.Equal((1, ""), (code, error));
        Assert.Contains(
            "./ein Modell/größe.model.yaml(4,11): error MG2002: 'embd' is not a layer or block; did you mean 'embed'?\n",
            output
        );
        Assert.Contains("./recipes/other.run.yaml(3,48): error MG2006: 'training.batch' is 0; it must be at least 1\n", output);
        Assert.EndsWith("3 specs: 2 errors, 0 warnings\n", output);
    }

    [Fact]
    public void MistakesAreJsonWhereThatIsAskedFor()
    {
        _terminal.Write("a.model.yaml", Good.Replace("embed: 8", "embd: 8", StringComparison.Ordinal));

        var (code, output, _) = _terminal.Run("check", "--json", "a.model.yaml");

        Assert.Equal(1, code);
        using var document = JsonDocument.Parse(output);
        var only = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal("a.model.yaml", only.GetProperty("file").GetString());
        Assert.Equal((4, 11), (only.GetProperty("line").GetInt32(), only.GetProperty("column").GetInt32()));
        Assert.Equal(("error", "MG2002"), (only.GetProperty("severity").GetString(), only.GetProperty("code").GetString()));
    }

    /// <summary>A damaged file of weights beside a spec is found, as in a build.</summary>
    [Fact]
    public void FilesThatASpecNamesAreCheckedWhereTheyAre()
    {
        var spec = Good.Replace(
            "objective",
            "weights: { layout: modelgen, file: models/some.safetensors }\nobjective",
            StringComparison.Ordinal
        );
        _terminal.Write("models/a.model.yaml", spec);
        _terminal.Write("Some.csproj", "");
        Assert.Equal(0, _terminal.Run("check").Code);

        _terminal.Write("models/some.safetensors", "not weights");

        var (code, output, _) = _terminal.Run("check");
        Assert.Equal(1, code);
        Assert.Contains("some.safetensors", output);
    }

    [Theory]
    [InlineData("nothing.model.yaml", "There is no file and no folder 'nothing.model.yaml'.")]
    [InlineData("*.model.yaml", "No spec matches '*.model.yaml': no file whose name ends in .model.yaml or .run.yaml.")]
    [InlineData("empty", "The folder 'empty' has no spec: no file whose name ends in .model.yaml or .run.yaml.")]
    [InlineData(
        "empty/notes.txt",
        "'empty/notes.txt' is no spec by its name: that of a model ends in .model.yaml, that of a recipe in .run.yaml."
    )]
    public void AWrongPathIsOneSentenceAndCodeIs1(string path, string message)
    {
        _terminal.Write("empty/notes.txt", "");

        Assert.Equal((1, "", $"error: {message}\n"), _terminal.Run("check", path));
    }

    [Fact]
    public void AFileThatCannotBeReadIsOneMistakeAmongOthers()
    {
        File.WriteAllBytes(_terminal.Write("a.model.yaml", ""), [0x6D, 0xFF, 0xFE]);
        File.WriteAllBytes(_terminal.Write("a.run.yaml", ""), [0x6D, 0xFF, 0xFE]);
        _terminal.Write("b.model.yaml", Good.Replace("embed: 8", "embd: 8", StringComparison.Ordinal));

        Assert.Equal(
            (
                1,
                """
                a.model.yaml(1,1): error MG1009: the file cannot be read as text: it is not UTF-8; save it in this encoding
                a.run.yaml(1,1): error MG1009: the file cannot be read as text: it is not UTF-8; save it in this encoding
                b.model.yaml(4,11): error MG2002: 'embd' is not a layer or block; did you mean 'embed'?
                3 specs: 3 errors, 0 warnings

                """,
                ""
            ),
            _terminal.Run("check", "a.model.yaml", "a.run.yaml", "b.model.yaml")
        );
        using var document = JsonDocument.Parse(_terminal.Run("check", "--json").Output);
        Assert.Equal(
            ["MG1009", "MG1009", "MG2002"],
            document.RootElement.EnumerateArray().Select(static mistake => mistake.GetProperty("code").GetString())
        );
    }

    /// <summary>A sound recipe becomes no code without its model, so that what is wrong with that one is told.</summary>
    [Fact]
    public void TheModelBesideARecipeIsTheReasonWhereItHasAMistake()
    {
        _terminal.Write("models/again.run.yaml", Recipe);
        _terminal.Write("models/writer.model.yaml", Good.Replace("model: Writer", "model: [Writer]", StringComparison.Ordinal));

        var (code, output, error) = _terminal.Run("check", "models/again.run.yaml");

        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith("models/writer.model.yaml(1,8): error MG", output);
        Assert.EndsWith("2 specs: 1 error, 0 warnings\n", output);
        Assert.StartsWith("models/writer.model.yaml(1,8): error MG", _terminal.Run("emit", "models/again.run.yaml").Error);
    }

    [Fact]
    public void ARecipeMayNameItsModelWithTheNamespaceOfItsProject()
    {
        _terminal.Write("writer.model.yaml", Good);
        _terminal.Write("again.run.yaml", Recipe.Replace("model: Writer", "model: My.Models.Writer", StringComparison.Ordinal));

        Assert.Equal((0, "2 specs: 0 errors, 0 warnings\n", ""), _terminal.Run("check"));
        Assert.Equal(0, _terminal.Run("plan", "again.run.yaml").Code);
        Assert.Contains("global::My.Models.Writer", _terminal.Run("emit", "again.run.yaml").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-app")]
    [InlineData("My..Models")]
    [InlineData("1st")]
    public void ANamespaceThatCSharpDoesNotHaveIsRefused(string name)
    {
        _terminal.Write("a.model.yaml", Good);

        Assert.Equal(
            (
                2,
                "",
                $"'{name}' is no namespace of C#; write names of letters and digits with dots between, such as My.Models.\n"
                    + "'modelgen emit --help' tells more.\n"
            ),
            _terminal.Run("emit", "a.model.yaml", "--namespace", name)
        );
    }

    [Fact]
    public void WatchingChecksAgainUntilInterrupted()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _terminal.Write("a.model.yaml", Good);
        using var process = _terminal.Start("check", "--watch");
        Assert.Equal("1 spec: 0 errors, 0 warnings", process.StandardOutput.ReadLine());

        _terminal.Write("a.model.yaml", Good.Replace("embed: 8", "embd: 8", StringComparison.Ordinal));
        var line = process.StandardOutput.ReadLine();
        while (line == "1 spec: 0 errors, 0 warnings")
        {
            line = process.StandardOutput.ReadLine();
        }

        Assert.EndsWith("'embd' is not a layer or block; did you mean 'embed'?", line);
        Terminal.Interrupt(process);
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void CodeIsWrittenForSoundSpecsOnly()
    {
        _terminal.Write("a.model.yaml", Good);
        _terminal.Write("b.model.yaml", "model: B\n");

        var (code, output, error) = _terminal.Run("emit", "a.model.yaml", "--namespace", "My.Models");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("namespace My.Models", output);
        Assert.Contains("class Writer", output);

        (code, output, error) = _terminal.Run("emit", "b.model.yaml");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("b.model.yaml(1,1): error MG", error);
    }

    [Fact]
    public void EjectedCodeIsSourceOfItsOwnThatCompiles()
    {
        _terminal.Write("specs/writer.model.yaml", Good);

        var (code, output, error) = _terminal.Run("eject", "specs/writer.model.yaml", "--namespace", "My.Models");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            "specs/writer.cs and specs/writer.Facts.cs have the code of specs/writer.model.yaml. Delete or rename it, so that builds do not "
                + "generate the class again.\n",
            output
        );
        string[] sources = [_terminal.Read("specs/writer.cs"), _terminal.Read("specs/writer.Facts.cs")];
        Assert.All(sources, static source =>
        {
            Assert.StartsWith(
                "// Written by 'modelgen eject' from writer.model.yaml; from now on it is source like any other.\n#nullable",
                source
            );
            Assert.DoesNotContain("#line", source, StringComparison.Ordinal);
            Assert.DoesNotContain("auto-generated", source, StringComparison.Ordinal);
            Assert.DoesNotContain("SourceMap", source, StringComparison.Ordinal);
        });
        Assert.Empty(CSharp.Errors(OutputKind.DynamicallyLinkedLibrary, sources));
        Assert.Equal(
            (1, "", "error: There is a file 'specs/writer.cs' already; --force replaces it.\n"),
            _terminal.Run("eject", "specs/writer.model.yaml")
        );
        Assert.Equal(0, _terminal.Run("eject", "specs/writer.model.yaml", "--force").Code);
        Assert.Equal(0, _terminal.Run("eject", "specs/writer.model.yaml", "--out", "owned").Code);
        _terminal.Write("specs/writer.run.yaml", Recipe);
        Assert.StartsWith(
            "specs/writer.run.cs have",
            _terminal.Run("eject", "specs/writer.run.yaml").Output.Replace(" has ", " have ", StringComparison.Ordinal)
        );
        Assert.Equal((1, "", "error: 'specs' is a folder; name the file of a model or a recipe.\n"), _terminal.Run("eject", "specs"));
        Assert.Equal(2, _terminal.Run("eject", "specs/writer.run.yaml", "--out", "").Code);
        Assert.Equal(_terminal.Read("specs/writer.cs"), _terminal.Read("owned/writer.cs"));
    }
}
