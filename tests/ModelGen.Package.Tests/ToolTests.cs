using System.Reflection.PortableExecutable;

namespace ModelGen.Package.Tests;

/// <summary>The package of the command.</summary>
public class ToolTests(InstalledTool tool) : IClassFixture<InstalledTool>
{
    [Fact]
    public void WorksWithoutAProject()
    {
        Assert.Equal(
            "Notes.model.yaml has the model Notes; 'modelgen train Notes.model.yaml --data PATH' trains it on what is at PATH.",
            DotNet.RunProgram(tool.Command, tool.Folder, "new", "Notes").Trim()
        );
        Assert.Equal("1 spec: 0 errors, 0 warnings", DotNet.RunProgram(tool.Command, tool.Folder, "check", "Notes.model.yaml").Trim());
        Assert.Contains("class Notes", DotNet.RunProgram(tool.Command, tool.Folder, "emit", "Notes.model.yaml"), StringComparison.Ordinal);
    }

    /// <summary>With the libtorch that it brings, on systems older than TorchSharp's as well.</summary>
    [Fact]
    public void TrainsSamplesAndMeasuresWithoutAProject()
    {
        File.WriteAllText(
            Path.Combine(tool.Folder, "small.model.yaml"),
            """
            model: Small
            family: transformer
            data: { tokens: { context: 16 } }
            network: [embed: 16, unembed]
            objective: next-token
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 10 steps }
            """
        );
        File.WriteAllText(Path.Combine(tool.Folder, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be. ", 100)));

        var trained = DotNet.RunProgram(tool.Command, tool.Folder, "train", "small.model.yaml", "--data", "text.txt");

        Assert.Contains("finished at step 10/10", trained, StringComparison.Ordinal);
        Assert.EndsWith("the run is in runs/small", trained.Trim(), StringComparison.Ordinal);
        var sampled = DotNet.RunProgram(tool.Command, tool.Folder, "sample", "runs/small", "--prompt", "to be", "--length", "20");
        Assert.StartsWith("to be", sampled, StringComparison.Ordinal);
        Assert.Contains(
            "validation loss",
            DotNet.RunProgram(tool.Command, tool.Folder, "evaluate", "runs/small"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cpu           multiplies matrices right",
            DotNet.RunProgram(tool.Command, tool.Folder, "doctor"),
            StringComparison.Ordinal
        );
    }

    /// <summary>Compiled while it is packed, so that it starts at once.</summary>
    [Theory]
    [InlineData("modelgen.dll")]
    [InlineData("ModelGen.Compiler.dll")]
    [InlineData("ModelGen.Core.dll")]
    [InlineData("ModelGen.Torch.dll")]
    [InlineData("Microsoft.CodeAnalysis.CSharp.dll")]
    [InlineData("System.CommandLine.dll")]
    [InlineData("YamlDotNet.dll")]
    public void IsReadyToRun(string name)
    {
        using var assembly = new PEReader(File.OpenRead(tool.Files.Single(file => Path.GetFileName(file) == name)));

        Assert.NotEqual(0, assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
    }

    /// <summary>Windows and macOS tell no file from another by case, and .NET no assembly.</summary>
    [Fact]
    public void NoTwoFilesDifferOnlyInCase()
    {
        var names = tool.Files.Select(file => Path.GetFileName(file)).ToList();

        Assert.Equal(names, names.DistinctBy(static name => name, StringComparer.OrdinalIgnoreCase));
    }
}
