using System.Security;

namespace ModelGen.Package.Tests;

/// <summary>A folder of the packages of this build.</summary>
[CollectionDefinition(Name)]
public sealed class PackedFeed : IDisposable, ICollectionFixture<PackedFeed>
{
    /// <summary>The name of the tests that share it.</summary>
    public const string Name = "packages";

    private readonly TemporaryFolder _folder = new();

    /// <summary>Packs.</summary>
    public PackedFeed()
    {
        foreach (
            var project in new[] { "src/ModelGen.Core", "src/ModelGen.Torch", "src/ModelGen.Extensions.AI", "src/ModelGen", "templates" }
        )
        {
            DotNet.Run(
                Repository.Root,
                "pack",
                project,
                "-c",
                Repository.Configuration,
                "--no-build",
                "-o",
                _folder.Path,
                $"-p:PackageVersion={Version}",
                $"-p:NuspecOutputPath={_folder.File("nuspec")}"
            );
        }
    }

    /// <summary>
    /// A version of its own: restore takes 0.1.0 from wherever a package cache holds it already, and then tests somebody's older build.
    /// </summary>
    public static string Version { get; } = $"0.1.0-test-{Guid.NewGuid():N}";

    /// <summary>The file of a package.</summary>
    public string PackageOf(string name) => _folder.File($"{name}.{Version}.nupkg");

    /// <summary>Lets projects in a folder restore these packages, and none that this solution has not restored.</summary>
    public void Offer(string folder)
    {
        Write("global.json", File.ReadAllText(Path.Combine(Repository.Root, "global.json")));
        // Stops the search for files of this name in the folders above.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        // The big packages are taken from where this solution's restore has put them; nothing is downloaded and nothing copied.
        var restored = Repository.PackageFolders.Select(
            (packages, index) => $"""<add key="restored{index}" value="{SecurityElement.Escape(packages)}" />"""
        );
        Write(
            "NuGet.config",
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{SecurityElement.Escape(_folder.Path)}" /></packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
              <fallbackPackageFolders><clear />{string.Concat(restored)}</fallbackPackageFolders>
            </configuration>
            """
        );

        void Write(string name, string content) => File.WriteAllText(Path.Combine(folder, name), content);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
