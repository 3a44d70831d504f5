using ModelGen.Compiler;

namespace ModelGen.Generators.Tests;

public sealed class DepthTests
{
    // A stack overflow cannot be caught: it would end the compiler, and its threads have a megabyte on Windows.
    [Theory]
    [InlineData("residual: [", "]")]
    [InlineData("repeat: 1, layers: [", "]")]
    public void BlocksInBlocksAreRefusedBeforeTheyOverflowTheStack(string open, string close)
    {
        var blocks = new List<string>();
        var inner = "relu";
        for (var i = 0; i < 32; i++)
        {
            for (var depth = 0; depth < 27; depth++)
            {
                inner = $"{{ {open}{inner}{close} }}";
            }

            blocks.Add($"  b{i}: {{ layers: [{inner}] }}");
            inner = $"b{i}";
        }

        var compiled = OnASmallStack(
            $"model: Deep\nfamily: network\ndata: {{ tensor: [4] }}\nblocks:\n{string.Join('\n', blocks)}\nnetwork: [{inner}]\n"
        );

        Assert.Null(compiled.Code);
        Assert.Contains("MG1004", compiled.Diagnostics.Select(static diagnostic => diagnostic.Rule.Id));
        Assert.DoesNotContain("MG9999", compiled.Diagnostics.Select(static diagnostic => diagnostic.Rule.Id));
    }

    private static CompiledSpec OnASmallStack(string yaml)
    {
        CompiledSpec? compiled = null;
        var thread = new Thread(() => compiled = SpecCompiler.Compile(yaml, "/app/deep.model.yaml", "App"), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        return compiled!;
    }
}
