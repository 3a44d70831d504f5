using ModelGen.Compiler.Tests.CSharp;

namespace ModelGen.Compiler.Tests;

#if VERIFY_XUNIT
[VerifyXunit.UsesVerify]
#endif
public sealed class GeneratedCode
{
    public static TheoryData<string> Specs => [.. Repository.Specs];

    [Theory]
    [MemberData(nameof(Specs))]
    public async Task IsAsVerified(string path)
    {
        var compiled = SpecCompiler.Compile(Repository.Read(path), path, Spec.Namespace);
        Assert.Equal("", string.Join('\n', compiled.Diagnostics.Select(diagnostic => diagnostic.Format(path))));
        var name = Path.GetFileName(path).Replace(".model.yaml", "", StringComparison.Ordinal);
        await Snapshot.Match(compiled.Code!.Model, "cs", name);
        await Snapshot.Match(compiled.Code.SourceMap, "cs", $"{name}.SourceMap");
    }

    [Fact]
    public void CompilesWithoutAWarning()
    {
        // A namespace for each, as examples and tests may have models of one name.
        var code = Repository.Specs.Select(
            (path, i) => SpecCompiler.Compile(Repository.Read(path), path, FormattableString.Invariant($"Space{i}")).Code!
        );

        CSharpCheck.IsClean(code);
    }

    [Fact]
    public void CompilesWithoutANamespace() =>
        CSharpCheck.IsClean(SpecCompiler.Compile(Repository.Read(Repository.Specs[0]), Repository.Specs[0], null).Code!);
}
