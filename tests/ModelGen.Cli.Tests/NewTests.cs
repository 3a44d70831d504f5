using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Cli.Tests;

/// <summary><c>modelgen new</c>.</summary>
public sealed class NewTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public static TheoryData<string> Families => [.. Catalogue.Of<FamilyWord>().Select(static family => family.Word)];

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void TheSpecOfEachFamilyWorksAsItIs(string family)
    {
        var (code, output, error) = _terminal.Run("new", "first-try", "--family", family);

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("first-try.model.yaml has the model FirstTry;", output);
        Assert.Equal((0, "1 spec: 0 errors, 0 warnings\n", ""), _terminal.Run("check"));
        var text = _terminal.Read("first-try.model.yaml");
        Assert.Contains($"family: {family}\n", text);
        Assert.Contains("model: FirstTry ", text);

        // All comments behind keys begin at the same place.
        Assert.Contains("                                      # ", text);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void TheProjectOfEachFamilyCompiles(string family)
    {
        var (code, output, error) = _terminal.Run("new", "first-try", "--project", "--family", family);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            "first-try has a project with the model FirstTry; 'dotnet run -c Release --project first-try -- PATH' trains it on what is at "
                + "PATH.\n",
            output
        );
        Assert.Equal(0, _terminal.Run("check", "first-try").Code);
        Assert.Contains("<RootNamespace>FirstTryApp</RootNamespace>", _terminal.Read("first-try/first-try.csproj"));
        Assert.Contains("Include=\"ModelGen\" Version=\"0.", _terminal.Read("first-try/first-try.csproj"));
        Assert.DoesNotContain("Writer", _terminal.Read("first-try/Program.cs"), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(
            CSharp.Errors(
                OutputKind.ConsoleApplication,
                [
                    _terminal.Read("first-try/Program.cs"),
                    CSharp.ImplicitUsings,
                    _terminal.Run("emit", "first-try/first-try.model.yaml", "--namespace", "FirstTryApp").Output,
                ]
            )
        );
        Assert.Equal(
            (1, "", $"There is a file '{Path.Combine("first-try", "first-try.csproj")}' already; --force replaces it.\n"),
            _terminal.Run("new", "first-try", "--project")
        );
    }

    /// <summary>Editors find the schema by the first line of the spec, which is a comment to everything else.</summary>
    [Fact]
    public void AProjectHasTheSchemasThatItsSpecPointsTo()
    {
        Assert.Equal(0, _terminal.Run("new", "first-try", "--project").Code);

        var line = _terminal.Read("first-try/first-try.model.yaml").Split('\n')[0];
        Assert.Equal("# yaml-language-server: $schema=modelgen.schema.json", line);
        Assert.Equal(_terminal.Run("schema").Output, _terminal.Read($"first-try/{line.Split('=')[1]}"));
        Assert.Equal(_terminal.Run("schema", "--recipe").Output, _terminal.Read("first-try/modelgen.run.schema.json"));
        Assert.Equal((0, "1 spec: 0 errors, 0 warnings\n", ""), _terminal.Run("check"));
    }

    [Fact]
    public void ASpecPointsToTheSchemaWhereThereIsOneBesideIt()
    {
        _terminal.Write("specs/modelgen.schema.json", _terminal.Run("schema").Output);

        Assert.Equal(0, _terminal.Run("new", "specs/notes").Code);
        Assert.Equal(0, _terminal.Run("new", "notes").Code);

        Assert.StartsWith(
            "# yaml-language-server: $schema=modelgen.schema.json\n# A small language",
            _terminal.Read("specs/notes.model.yaml")
        );
        Assert.StartsWith("# A small language", _terminal.Read("notes.model.yaml"));
        Assert.Equal((0, "2 specs: 0 errors, 0 warnings\n", ""), _terminal.Run("check"));
    }

    // The placeholders of the program are names, too.
    [Fact]
    public void AProjectMayHaveAnyName()
    {
        Assert.Equal(0, _terminal.Run("new", "GhostWriter", "--project").Code);

        var program = _terminal.Read("GhostWriter/Program.cs");
        Assert.Contains("\"GhostWriter.model.yaml\"", program, StringComparison.Ordinal);
        Assert.Contains("new TextRun<GhostWriter>", program, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsReplacedUnlessThatIsAskedFor()
    {
        _terminal.Write("Notes.model.yaml", "mine");

        Assert.Equal((1, "", "There is a file 'Notes.model.yaml' already; --force replaces it.\n"), _terminal.Run("new", "Notes"));
        Assert.Equal("mine", _terminal.Read("Notes.model.yaml"));
        Assert.Equal(0, _terminal.Run("new", "Notes", "--force").Code);
        Assert.StartsWith("# A small language model.", _terminal.Read("Notes.model.yaml"));
    }

    [Theory]
    [InlineData("größe und gewicht", "GrößeUndGewicht")]
    [InlineData("my-GPT2", "MyGPT2")]
    public void NamesOfFilesBecomeNamesOfClasses(string name, string model)
    {
        Assert.Contains($"the model {model};", _terminal.Run("new", name).Output);
        Assert.Equal(0, _terminal.Run("check").Code);
    }

    [Fact]
    public void WhatCannotBeIsOneSentence()
    {
        Assert.Equal(
            (1, "", "'7' cannot be the name of a model: it becomes a C# class, which begins with an upper-case letter.\n"),
            _terminal.Run("new", "7")
        );
        Assert.Equal(1, _terminal.Run("new", "名前").Code);

        // The name of the file is that of the model, too.
        Assert.StartsWith("notes.model.yaml has the model Notes; ", _terminal.Run("new", "notes.model.yaml").Output);
        Assert.Equal(
            (
                2,
                "",
                "There is no family 'gpt'; known here: encoder-decoder, gan, network, transformer, vae, vq-vae\n"
                    + "'modelgen new --help' tells more.\n"
            ),
            _terminal.Run("new", "a", "--family", "gpt")
        );
        Assert.Equal((1, "", "There is no folder 'nowhere' for the file 'nowhere/a.model.yaml'.\n"), _terminal.Run("new", "nowhere/a"));
    }
}
