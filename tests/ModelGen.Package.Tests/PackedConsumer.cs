using System.Security;

namespace ModelGen.Package.Tests;

/// <summary>A program of someone who knows only the package: packed from this build, restored from a folder, built once.</summary>
public sealed class PackedConsumer : IDisposable
{
    // A version of its own: restore takes 0.1.0 from wherever a package cache holds it already, and then tests somebody's older build.
    private static readonly string Version = $"0.1.0-test-{Guid.NewGuid():N}";

    private readonly TemporaryFolder _folder = new();

    /// <summary>Packs, restores and builds.</summary>
    public PackedConsumer()
    {
        foreach (var project in new[] { "ModelGen.Core", "ModelGen.Torch", "ModelGen.Extensions.AI", "ModelGen" })
        {
            DotNet.Run(
                Repository.Root,
                "pack",
                $"src/{project}",
                "-c",
                Repository.Configuration,
                "--no-build",
                "-o",
                Feed,
                $"-p:PackageVersion={Version}",
                $"-p:NuspecOutputPath={_folder.File("nuspec")}"
            );
        }

        Write("global.json", File.ReadAllText(Path.Combine(Repository.Root, "global.json")));
        // Stops the search for files of this name in the folders above.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        // The big packages are taken from where this solution's restore has put them; nothing is downloaded and nothing copied.
        var restored = Repository.PackageFolders.Select(
            (folder, index) => $"""<add key="restored{index}" value="{SecurityElement.Escape(folder)}" />"""
        );
        Write(
            "NuGet.config",
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{SecurityElement.Escape(Feed)}" /></packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
              <fallbackPackageFolders><clear />{string.Concat(restored)}</fallbackPackageFolders>
            </configuration>
            """
        );
        Write(
            "Consumer.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <NoWarn>NU1603</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" Version="[{Version}]" />
                <PackageReference Include="{Repository.LibtorchPackage}" Version="2.10.0" />
              </ItemGroup>
            </Project>
            """
        );
        WriteModel("Tiny");
        Write(
            "Writer.model.yaml",
            """
            model: Writer
            family: transformer
            data: { tokens: { context: 12 } }
            network: [embed: 8, unembed]
            objective: next-token
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }
            sampling: { temperature: 0.5 }

            """
        );
        Write(
            "Classes.cs",
            """
            using ModelGen;

            namespace Consumer.Classes
            {
                [Network, Tensor(4)]
                internal partial class Scorer
                {
                    [Linear(5, Initialiser = "normal: 0.02"), Relu]
                    internal static partial LayerList NetworkLayers { get; }
                }
            }

            namespace Consumer
            {
                [Model("Writer.model.yaml")]
                internal partial class Writer;
            }

            """
        );
        Write(
            "Program.cs",
            """
            using Consumer;
            using Consumer.Classes;
            using ModelGen;
            using TorchSharp;

            if (args is ["plan"])
            {
                Console.WriteLine($"Writer takes {Writer.Training.BatchSize} texts a step and samples at {Writer.Sampling.Temperature}");
                return 0;
            }

            try
            {
                using var model = new Tiny();
                using var input = torch.ones(3, 4);
                using var output = model.forward(input);
                Console.WriteLine($"{model.GetName()} gives [{string.Join(", ", output.shape)}]");
                using var scorer = new Scorer();
                using var scores = scorer.forward(input);
                Console.WriteLine($"{scorer.GetName()} ({Scorer.NetworkLayers}) gives [{string.Join(", ", scores.shape)}]");
                return 0;
            }
            catch (ModelGenException error)
            {
                Console.WriteLine(error.Message);
                return 1;
            }
            """
        );
        Run("build");
    }

    /// <summary>The program's project folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>The version that was packed.</summary>
    public string PackageVersion => Version;

    /// <summary>The package that users name.</summary>
    public string Package => PackageOf("ModelGen");

    /// <summary>One of the packages under test.</summary>
    public string PackageOf(string name) => Path.Combine(Feed, $"{name}.{Version}.nupkg");

    /// <summary>The program as the compiler wrote it.</summary>
    public string CompiledProgram => Path.Combine(Folder, "obj", "Debug", "net10.0", "Consumer.dll");

    private string Feed => _folder.File("feed");

    /// <summary>Runs a command on the project; links keep half a gigabyte of libtorch out of its build output.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    public void Run(params string[] arguments) => DotNet.Run(Folder, [.. arguments, "-p:CreateSymbolicLinksForCopyLocalIfPossible=true"]);

    /// <summary>Writes a file of the project.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="content">What is in it.</param>
    public void Write(string name, string content) => File.WriteAllText(_folder.File(name), content);

    /// <summary>Writes <c>NAME.model.yaml</c>, a small valid spec.</summary>
    /// <param name="name">The model's name.</param>
    public void WriteModel(string name) =>
        Write(
            $"{name}.model.yaml",
            $$"""
            model: {{name}}
            family: network
            data: { tensor: [4] }
            network: [linear: 2]

            """
        );

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
