namespace ModelGen.Package.Tests;

/// <summary>A program of someone who knows only the package: restored from a folder into an empty cache, built once.</summary>
public sealed class PackedConsumer : IDisposable
{
    private readonly PackedFeed _feed;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Restores and builds.</summary>
    public PackedConsumer(PackedFeed feed)
    {
        _feed = feed;
        feed.Offer(Folder);
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
                <PackageReference Include="ModelGen" Version="[{PackedFeed.Version}]" />
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
            training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 10 steps }
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
            using ModelGen.Data;
            using ModelGen.Runs;
            using ModelGen.Sampling;
            using TorchSharp;

            if (args is ["plan"])
            {
                Console.WriteLine($"Writer takes {Writer.Training.BatchSize} texts a step and samples at {Writer.Sampling.Temperature}");
                return 0;
            }

            if (args is ["train", var folder])
            {
                return ConsoleProgram.Run(stop =>
                {
                    using var session = new RunSession(new() { Folder = Path.Combine(folder, "run"), Spec = Path.Combine(folder, "Writer.model.yaml"), Curves = new("nats per byte", "loss") }, stop);
                    using var model = session.Create(static device => new Writer(device));
                    var text = TextCorpus.Read(Path.Combine(folder, "Classes.cs"));
                    var tokenizer = model.CreateTokenizer(text);
                    using var data = TokenDataset.Create(text, tokenizer, Writer.Context, 0.1);
                    if (!session.Train(model.CreateObjective(data), Writer.Training))
                    {
                        return false;
                    }

                    Console.WriteLine($"{model.parameters().Sum(static each => each.numel())} parameters in {model.parameters().Count()} tensors");
                    Console.WriteLine($"sample: {Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(TextGenerator.Generate(model, tokenizer, "using ", 20, Writer.Sampling, seed: 1)))}");
                    return true;
                });
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
    public string PackageVersion => PackedFeed.Version;

    /// <summary>The package that users name.</summary>
    public string Package => PackageOf("ModelGen");

    /// <summary>One of the packages under test.</summary>
    public string PackageOf(string name) => _feed.PackageOf(name);

    /// <summary>The program as the compiler wrote it.</summary>
    public string CompiledProgram => Path.Combine(Folder, "obj", "Debug", "net10.0", "Consumer.dll");

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
