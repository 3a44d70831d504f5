using System.Reflection.PortableExecutable;

namespace ModelGen.Package.Tests;

/// <summary>The package of the command.</summary>
public class ToolTests(InstalledTool tool) : IClassFixture<InstalledTool>
{
    [Fact]
    public void WorksWithoutAProject()
    {
        Assert.Equal(
            "Notes.model.yaml has the model Notes; 'modelgen check' tells what is wrong with it after a change.",
            DotNet.RunProgram(tool.Command, tool.Folder, "new", "Notes").Trim()
        );
        Assert.Equal("1 spec: 0 errors, 0 warnings", DotNet.RunProgram(tool.Command, tool.Folder, "check", "Notes.model.yaml").Trim());
        Assert.Contains("class Notes", DotNet.RunProgram(tool.Command, tool.Folder, "emit", "Notes.model.yaml"), StringComparison.Ordinal);
    }

    /// <summary>The one that it brings, on systems older than TorchSharp's as well.</summary>
    [Fact]
    public void LoadsLibtorch()
    {
        var (exitCode, output) = DotNet.TryProgram(
            tool.Command,
            tool.Folder,
            ["layers"],
            ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location)
        );

        Assert.StartsWith("libtorch adds up to 3", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
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
