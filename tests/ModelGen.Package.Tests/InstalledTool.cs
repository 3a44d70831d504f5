using System.Security;

namespace ModelGen.Package.Tests;

/// <summary>The command, packed from this build and installed from a folder.</summary>
public sealed class InstalledTool : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Packs and installs.</summary>
    public InstalledTool()
    {
        // What it is made of is built already; other tests use it at the same time.
        DotNet.Run(
            Repository.Root,
            "pack",
            "src/ModelGen.Cli",
            "-c",
            Repository.Configuration,
            "-p:BuildProjectReferences=false",
            "-o",
            _folder.File("feed")
        );
        File.WriteAllText(
            _folder.File("NuGet.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{SecurityElement.Escape(_folder.File("feed"))}" /></packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
            </configuration>
            """
        );
        DotNet.Run(_folder.Path, "tool", "install", "ModelGen.Cli", "--tool-path", "tools");
    }

    /// <summary>A folder to run it in.</summary>
    public string Folder => _folder.Path;

    /// <summary>The command's file.</summary>
    public string Command => _folder.File(OperatingSystem.IsWindows() ? "tools/modelgen.exe" : "tools/modelgen");

    /// <summary>The files of the command and of what it loads.</summary>
    public IReadOnlyList<string> Files =>
        Directory.GetFiles(
            Path.GetDirectoryName(Directory.GetFiles(_folder.File("tools"), "modelgen.dll", SearchOption.AllDirectories).Single())!
        );

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
