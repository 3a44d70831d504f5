using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Xml.Linq;
using ModelGen.Build;

namespace ModelGen.Package.Tests;

[Collection(PackedFeed.Name)]
public class PackageTests(PackedConsumer consumer) : IClassFixture<PackedConsumer>
{
    [Fact]
    public void CarriesEverythingItsUsersNeed()
    {
        using var package = ZipFile.OpenRead(consumer.Package);
        var files = package
            .Entries.Select(entry => entry.FullName)
            .Where(name => !name.EndsWith(".rels", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
            .ToLookup(name => name.StartsWith("docs/diagnostics/", StringComparison.Ordinal));

        // What diagnostics name, and what these pages link to.
        Assert.Equal(
            Directory
                .GetFiles(Path.Combine(Repository.Root, "docs", "diagnostics"))
                .Select(page => $"docs/diagnostics/{Path.GetFileName(page)}")
                .Order(StringComparer.Ordinal),
            files[true].Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [
                "LICENSE",
                "ModelGen.nuspec",
                "README.md",
                "[Content_Types].xml",
                "analyzers/dotnet/cs/ModelGen.Compiler.dll",
                "analyzers/dotnet/cs/ModelGen.Generators.dll",
                "analyzers/dotnet/cs/YamlDotNet.dll",
                "build/net10.0/ModelGen.props",
                "build/net10.0/ModelGen.targets",
                "buildTransitive/net10.0/ModelGen.props",
                "buildTransitive/net10.0/ModelGen.targets",
                "docs/layers.md",
                "docs/modelgen.run.schema.json",
                "docs/modelgen.schema.json",
                "icon.png",
                "lib/net10.0/ModelGen.dll",
                "lib/net10.0/ModelGen.xml",
                "tools/ModelGen.Build.Files.dll",
                "tools/ModelGen.Build.dll",
                "tools/ModelGen.Core.dll",
            ],
            files[false].Order(StringComparer.Ordinal)
        );
    }

    /// <summary>What checks, plans and tokenises brings no libtorch.</summary>
    [Theory]
    [InlineData(
        "ModelGen",
        "ModelGen.Torch",
        "CsvHelper 33.1.0",
        "SixLabors.ImageSharp 2.1.13",
        "System.IO.Hashing 10.0.0",
        "TorchSharp 0.107.0"
    )]
    [InlineData(
        "ModelGen.Torch",
        "ModelGen.Core",
        "TorchSharp 0.107.0",
        "CsvHelper 33.1.0",
        "SixLabors.ImageSharp 2.1.13",
        "System.IO.Hashing 10.0.0"
    )]
    [InlineData(
        "ModelGen.Extensions.AI",
        "ModelGen.Torch",
        "Microsoft.Extensions.AI.Abstractions 10.11.0",
        "CsvHelper 33.1.0",
        "SixLabors.ImageSharp 2.1.13",
        "System.IO.Hashing 10.0.0",
        "TorchSharp 0.107.0"
    )]
    [InlineData("ModelGen.Core", "CsvHelper 33.1.0", "SixLabors.ImageSharp 2.1.13", "System.IO.Hashing 10.0.0")]
    public void DependsOnWhatItsLayerNeedsAlone(string name, params string[] wanted)
    {
        using var package = ZipFile.OpenRead(consumer.PackageOf(name));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        var dependencies = XDocument
            .Load(nuspec)
            .Descendants()
            .Where(element => element.Name.LocalName == "dependency")
            .Select(each => (Id: each.Attribute("id")!.Value, Version: each.Attribute("version")!.Value));

        Assert.Equal(
            wanted,
            dependencies.Select(each => each.Id.StartsWith("ModelGen", StringComparison.Ordinal) ? each.Id : $"{each.Id} {each.Version}")
        );
        Assert.Contains($"lib/net10.0/{name}.dll", package.Entries.Select(entry => entry.FullName));
        Assert.Contains($"lib/net10.0/{name}.xml", package.Entries.Select(entry => entry.FullName));
    }

    /// <summary>What a page of a gallery shows, and what a debugger asks for.</summary>
    [Theory]
    [InlineData("ModelGen.Core")]
    [InlineData("ModelGen.Torch")]
    [InlineData("ModelGen.Extensions.AI")]
    [InlineData("ModelGen")]
    public void CarriesItsPageAndItsSymbols(string name)
    {
        using var package = ZipFile.OpenRead(consumer.PackageOf(name));
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        var stated = XDocument
            .Load(nuspec)
            .Root!.Elements()
            .Single()
            .Elements()
            .ToDictionary(element => element.Name.LocalName, element => element.Value);
        Assert.Equal(("MIT", "icon.png", "README.md"), (stated["license"], stated["icon"], stated["readme"]));
        Assert.NotEmpty(stated["description"]);
        Assert.NotEmpty(stated["tags"]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "images", "icon.png")), Bytes(package, "icon.png"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "LICENSE")), Bytes(package, "LICENSE"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "src", name, "README.md")), Bytes(package, "README.md"));

        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(consumer.PackageOf(name), ".snupkg"));
        using var library = new PEReader(new MemoryStream(Bytes(package, $"lib/net10.0/{name}.dll")));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols, $"lib/net10.0/{name}.pdb")));
        var debug = library.ReadDebugDirectory();
        Assert.Contains(debug, static entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        var id = new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id);
        Assert.Equal(
            id.Guid,
            library.ReadCodeViewDebugDirectoryData(debug.Single(static entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid
        );
    }

    /// <summary>Nothing of a release tells in which folder it was built.</summary>
    [Fact]
    public async Task ReleasesAreTheSameBytesFromEveryFolder()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        var built = await Task.WhenAll(
            Task.Run(() => Released(first.Path)),
            Task.Run(() => Released(Directory.CreateDirectory(second.File("with a longer name")).FullName))
        );

        Assert.Equal(built[0].Assembly, built[1].Assembly);
        Assert.Equal(built[0].Symbols, built[1].Symbols);
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(built[0].Symbols));
        var reader = symbols.GetMetadataReader();
        Assert.All(reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), static name =>
            Assert.StartsWith("/_", name, StringComparison.Ordinal)
        );
    }

    // The sources of the smallest of our assemblies, without the repository around them.
    private (byte[] Assembly, byte[] Symbols) Released(string folder)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src", "ModelGen.Build"))
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "ModelGen", "build")))
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "generators", "ModelGen.Compiler", "Diagnostics")))
                .Append(Path.Combine(Repository.Root, "generators", "ModelGen.Compiler", "IsExternalInit.cs"))
                .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*"))
                .Append(Path.Combine(Repository.Root, "global.json"))
        )
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.Copy(Path.Combine(consumer.Folder, "NuGet.config"), Path.Combine(folder, "NuGet.config"));
        DotNet.Run(folder, "build", "src/ModelGen.Build", "-c", "Release");
        var output = Path.Combine(folder, "src", "ModelGen.Build", "bin", "Release", "netstandard2.0", "ModelGen.Build");
        return (File.ReadAllBytes(output + ".dll"), File.ReadAllBytes(output + ".pdb"));
    }

    private static byte[] Bytes(ZipArchive package, string name)
    {
        using var entry = package.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    [Fact]
    public void GivesTheCompilerTheGeneratorAndAllThatItLoads()
    {
        var packages = Path.Combine(consumer.Folder, "packages");
        var ours = Items("Analyzer", "-t:ResolvePackageDependenciesForBuild")
            .Where(each => each.Identity.StartsWith(packages, StringComparison.Ordinal));

        Assert.Equal(
            ["ModelGen.Compiler.dll", "ModelGen.Generators.dll", "YamlDotNet.dll"],
            ours.Select(each => Path.GetFileName(each.Identity)).Order(StringComparer.Ordinal)
        );
    }

    // Assets for any framework would let it restore, and end in hundreds of errors of generated code.
    [Theory]
    [InlineData("net8.0")]
    [InlineData("net9.0")]
    [InlineData("netstandard2.0")]
    public void AnOlderFrameworkIsToldAtRestore(string framework)
    {
        var folder = Path.Combine(consumer.Folder, framework);
        Directory.CreateDirectory(folder);
        try
        {
            consumer.Write(
                $"{framework}/Older.csproj",
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>{framework}</TargetFramework>
                    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
                    <EnableTargetingPackDownload>false</EnableTargetingPackDownload>
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="ModelGen" Version="[{consumer.PackageVersion}]" /></ItemGroup>
                </Project>
                """
            );

            var (exitCode, output) = DotNet.Try(folder, "restore");

            Assert.NotEqual(0, exitCode);
            Assert.Contains(
                $"error NU1202: Package ModelGen {consumer.PackageVersion} is not compatible",
                output,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void FindsSpecsInEveryFolderButTheOutputs()
    {
        Directory.CreateDirectory(Path.Combine(consumer.Folder, "Models"));
        consumer.Write("Models/found.model.yaml", "");
        consumer.Write("Models/other.yaml", "");
        consumer.Write("Models/Upper.Model.YAML", "");
        consumer.Write("Models/short.model.yml", "");
        consumer.Write("Models/short.RUN.yml", "");
        consumer.Write("Models/other.yml", "");
        consumer.Write("obj/ignored.model.yaml", "");
        Directory.CreateDirectory(Path.Combine(consumer.Folder, "runs", "one"));
        foreach (var name in new[] { "kept.model.yaml", "Kept.cs", "metrics.jsonl" })
        {
            consumer.Write($"runs/one/{name}", "");
        }

        consumer.Write("Models/found.run.yaml", "");
        consumer.Write("obj/ignored.run.yaml", "");
        try
        {
            Assert.Equal(
                [
                    ("Models/Upper.Model.YAML", "true"),
                    ("Models/found.model.yaml", "true"),
                    ("Models/found.run.yaml", "true"),
                    ("Models/short.RUN.yml", "true"),
                    ("Models/short.model.yml", "true"),
                    ("Tiny.model.yaml", "true"),
                    ("Writer.model.yaml", "true"),
                ],
                Items("AdditionalFiles")
                    .Select(each => (each.Identity.Replace('\\', '/'), each.ModelGenSpec))
                    .OrderBy(static each => each.Item1, StringComparer.Ordinal)
            );
            Assert.DoesNotContain(Items("Compile"), static each => each.Identity.EndsWith("Kept.cs", StringComparison.Ordinal));
            Assert.Empty(Items("AdditionalFiles", "-p:EnableDefaultModelGenItems=false"));
        }
        finally
        {
            Directory.Delete(Path.Combine(consumer.Folder, "Models"), recursive: true);
            Directory.Delete(Path.Combine(consumer.Folder, "runs"), recursive: true);
        }
    }

    [Fact]
    public void RunsAModelAfterABuild()
    {
        var output = DotNet.Run(consumer.Folder, "bin/Debug/net10.0/Consumer.dll");
        Assert.Contains("Tiny gives [3, 2]", output, StringComparison.Ordinal);
        Assert.Contains("Scorer (linear, relu) gives [3, 5]", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(consumer.Folder, "cpu", SearchOption.AllDirectories));
    }

    /// <summary>
    /// Neither the one file of TorchSharp's package that the output replaces, nor the output of a build that changed nothing, is written.
    /// </summary>
    [Fact]
    public void BuildsOnlyWhatChanged()
    {
        consumer.Run("build");
        var library = Directory
            .GetFiles(Path.GetDirectoryName(consumer.CompiledProgram)!, "libLibTorchSharp.so", SearchOption.AllDirectories)
            .Single();
        var before = (File.GetLastWriteTimeUtc(library), File.GetLastWriteTimeUtc(consumer.CompiledProgram));

        consumer.Run("build");

        Assert.Equal(before, (File.GetLastWriteTimeUtc(library), File.GetLastWriteTimeUtc(consumer.CompiledProgram)));
        Assert.Single(new ElfImage(File.ReadAllBytes(library)).ReadVersionNeeds(), need => need.IsWeak);
        Assert.DoesNotContain(new ElfImage(File.ReadAllBytes(Repository.PublishedLibrary)).ReadVersionNeeds(), need => need.IsWeak);
    }

    /// <summary>A mistake in a spec is an error of the build, where it was made.</summary>
    [Fact]
    public void ReportsMistakesOfSpecs()
    {
        consumer.Write(
            "Wrong.model.yaml",
            """
            model: Wrong
            family: network
            data: { tensor: [4] }
            network: [lineer: 2]

            """
        );
        try
        {
            var (exitCode, output) = DotNet.Try(consumer.Folder, "build", "--no-restore");

            Assert.NotEqual(0, exitCode);
            Assert.Contains(
                "Wrong.model.yaml(4,11): error MG2002: 'lineer' is not a layer or block; did you mean 'linear'?",
                output,
                StringComparison.Ordinal
            );
        }
        finally
        {
            File.Delete(Path.Combine(consumer.Folder, "Wrong.model.yaml"));
        }
    }

    /// <summary>Mistakes of attributes come from an analyzer, which a package may carry and a build leave out.</summary>
    [Fact]
    public void ReportsMistakesOfAttributes()
    {
        consumer.Write(
            "Wrong.cs",
            """
            using ModelGen;

            [Network, Tensor(4)]
            internal partial class Wrong
            {
                [Linear(4), Dropout(1.5)]
                static partial LayerList NetworkLayers { get; }
            }

            """
        );
        try
        {
            var (exitCode, output) = DotNet.Try(consumer.Folder, "build", "--no-restore");

            Assert.NotEqual(0, exitCode);
            Assert.Contains(
                "Wrong.cs(6,25): error MG2006: 'dropout.probability' is 1.5; it must be at least 0 and less than 1",
                output,
                StringComparison.Ordinal
            );
        }
        finally
        {
            File.Delete(Path.Combine(consumer.Folder, "Wrong.cs"));
        }
    }

    /// <summary>Files that models name are compared with them where they are there, once for each change, and forgotten when deleted.</summary>
    [Fact]
    public void ComparesNamedFilesWithTheModels()
    {
        Directory.CreateDirectory(Path.Combine(consumer.Folder, "named", "base"));
        Directory.CreateDirectory(Path.Combine(consumer.Folder, "named", "runs", "one", "checkpoints"));
        consumer.Write(
            "named/Reader.model.yaml",
            """
            model: Reader
            family: network
            data: { tokens: { context: 4, vocabulary: 9, tokenizer: { file: { path: shared/vocab.txt, padding-id: 1 } }, padding-token: "[PAD]" } }
            weights: { layout: modelgen, file: named/base/reader.safetensors }
            network: [embed: 2]

            """
        );
        consumer.Write(
            "named/Linear.cs",
            """
            using ModelGen;

            [Network, Tensor(4), ModelGenLayout]
            [Weights(File = "named/base/linear.safetensors")]
            internal partial class Linear
            {
                [Linear(2)]
                static partial LayerList NetworkLayers { get; }
            }

            """
        );
        // A file outside the project, and what specs call it.
        using var elsewhere = new TemporaryFolder();
        File.WriteAllText(elsewhere.File("vocab.txt"), "[PAD]\n[UNK]\nthe\n");
        consumer.Write(
            "Directory.Build.targets",
            $"""<Project><ItemGroup><ModelGenFile Include="{elsewhere.File("vocab.txt")}" Link="shared/vocab.txt" /></ItemGroup></Project>"""
        );
        WriteWeights("reader", ("embed.tokens.weight", "F32", [8, 2]), ("embed.positions.weight", "F32", [4, 2]));
        WriteWeights("linear", ("linear.weight", "F32", [2, 4]));
        File.WriteAllText(Path.Combine(consumer.Folder, "named", "runs", "one", "metrics.jsonl"), "");
        foreach (var name in new[] { "model.safetensors", "checkpoints/step-1.safetensors" })
        {
            consumer.Write($"named/runs/one/{name}", "of a run");
        }

        try
        {
            var (exitCode, output) = DotNet.Try(consumer.Folder, "build", "--no-restore");

            Assert.NotEqual(0, exitCode);
            Assert.Contains(
                "Reader.model.yaml(3,103): error MG2035: the tokenizer 'shared/vocab.txt' cannot be used: its token '[PAD]' has the id 0, but "
                    + "the model is built with 1 as its padding-id; correct the one in the spec",
                output,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "Reader.model.yaml(4,36): error MG2034: the weights file 'named/base/reader.safetensors' does not fit this model in the layout "
                    + "'modelgen': these differ: 'embed.tokens.weight' is Float32 [8, 2] and should be [9, 2]; use",
                output,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "Linear.cs(4,17): error MG2034: the weights file 'named/base/linear.safetensors' does not fit this model in the layout "
                    + "'modelgen': it lacks 'linear.bias' [2]; use",
                output,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("MSB", output, StringComparison.Ordinal);

            File.WriteAllText(elsewhere.File("vocab.txt"), "[UNK]\n[PAD]\nthe\n");
            WriteWeights("reader", ("embed.tokens.weight", "F32", [9, 2]), ("embed.positions.weight", "F32", [4, 2]));
            File.Delete(Path.Combine(consumer.Folder, "named", "base", "linear.safetensors"));
            consumer.Run("build", "--no-restore");
            var described = Directory.GetFiles(Path.Combine(consumer.Folder, "obj"), "*.modelgen-facts", SearchOption.AllDirectories);
            var before = described.Append(consumer.CompiledProgram).Select(File.GetLastWriteTimeUtc).ToList();
            Assert.Equal(2, described.Length);

            consumer.Run("build", "--no-restore");
            Assert.Equal(before, described.Append(consumer.CompiledProgram).Select(File.GetLastWriteTimeUtc));
        }
        finally
        {
            Directory.Delete(Path.Combine(consumer.Folder, "named"), recursive: true);
            consumer.Write("Directory.Build.targets", "<Project />");
        }

        void WriteWeights(string name, params (string, string, long[])[] tensors) =>
            File.WriteAllBytes(Path.Combine(consumer.Folder, "named", "base", $"{name}.safetensors"), Safetensors.Bytes(tensors));
    }

    [Fact]
    public void CompilesAgainWhenASpecIsDeleted()
    {
        consumer.WriteModel("Second");
        consumer.Run("build");
        Assert.Equal(["Second", "Tiny", "Writer"], CompiledModels());

        File.Delete(Path.Combine(consumer.Folder, "Second.model.yaml"));
        consumer.Run("build");
        Assert.Equal(["Tiny", "Writer"], CompiledModels());
    }

    [Fact]
    public void PublishesAProgramThatRunsWhereverItIsMoved()
    {
        using var elsewhere = new TemporaryFolder();
        consumer.Run("publish", "-c", "Debug", "--no-build", "-o", Path.Combine(consumer.Folder, "published"));
        Directory.Move(Path.Combine(consumer.Folder, "published"), elsewhere.File("moved"));

        Assert.DoesNotContain(Directory.GetFiles(elsewhere.Path, "*", SearchOption.AllDirectories), file =>
            new FileInfo(file).LinkTarget is not null
        );
        Assert.Contains("Tiny gives [3, 2]", DotNet.Run(elsewhere.File("moved"), "Consumer.dll"), StringComparison.Ordinal);
    }

    /// <summary>One flat folder for one system; taking its files away one by one gives a sentence that says what to do.</summary>
    [Fact]
    public void PublishesForOneSystemAndSaysWhatIsMissing()
    {
        using var output = new TemporaryFolder();
        consumer.Run("publish", "-r", Repository.Platform, "--no-self-contained", "-o", output.Path);
        Assert.Empty(Directory.GetDirectories(output.Path));
        Assert.Contains("Tiny gives [3, 2]", DotNet.Run(output.Path, "Consumer.dll"), StringComparison.Ordinal);

        if (OperatingSystem.IsLinux())
        {
            File.Copy(Repository.PublishedLibrary, output.File("libLibTorchSharp.so"), overwrite: true);
            var (_, unchanged) = DotNet.Try(output.Path, "Consumer.dll");
            Assert.Matches(@"Tiny gives \[3, 2\]|requires GLIBCXX_3.4.32, .* reference the ModelGen package", unchanged);
        }

        using var foreign = ForeignLibtorch();
        File.Delete(Directory.GetFiles(output.Path, "*torch_cpu.*").Single());
        foreach (
            var (exitCode, missing) in new[]
            {
                DotNet.Try(output.Path, "Consumer.dll"),
                DotNet.TryWithLibraries(foreign.Path, output.Path, "Consumer.dll"),
            }
        )
        {
            Assert.Equal(1, exitCode);
            Assert.StartsWith(
                $"libtorch is missing: add the package {Repository.LibtorchPackage} version 2.10.0",
                missing,
                StringComparison.Ordinal
            );
            Assert.Single(missing.Trim().Split('\n'));
        }

        // What only reads a model's settings does without libtorch.
        Assert.Equal("Writer takes 4 texts a step and samples at 0.5", DotNet.Run(output.Path, "Consumer.dll", "plan").Trim());
    }

    /// <summary>
    /// Trimming takes what only reflection names, and ahead-of-time compilation the reflection as well: ten steps of training, the sample
    /// after them and what the run is known by are still the same.
    /// </summary>
    [NativeLinkerFact]
    public void TrainsTheSameTrimmedAndAheadOfTime()
    {
        var jit = Trained(static folder => DotNet.Run(folder, "bin/Debug/net10.0/Consumer.dll", "train", folder));
        Assert.Contains("step 10/10", jit.Output, StringComparison.Ordinal);
        Assert.Equal($"{(256 * 8) + (12 * 8)} parameters in 2 tensors", jit.Lines[^2]);
        Assert.StartsWith("sample: ", jit.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("\"training.optimizer.learning-rate\": \"0.01\"", jit.Identity, StringComparison.Ordinal);

        foreach (var property in new[] { "PublishTrimmed", "PublishAot" })
        {
            using var output = new TemporaryFolder();
            consumer.Run([
                "publish",
                "-r",
                Repository.Platform,
                $"-p:{property}=true",
                "-o",
                output.Path,
                .. NativeLinkerFactAttribute.Options,
            ]);
            var published = Trained(folder => DotNet.RunProgram(output.File("Consumer"), folder, "train", folder));

            Assert.Equal(jit.Lines[^2..], published.Lines[^2..]);
            Assert.Equal(jit.Identity, published.Identity);
        }

        (string Output, string[] Lines, string Identity) Trained(Func<string, string> run)
        {
            try
            {
                var output = run(consumer.Folder);
                using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(consumer.Folder, "run", "manifest.json")));
                return (output, output.Trim().Split('\n'), manifest.RootElement.GetProperty("run").GetRawText());
            }
            finally
            {
                Directory.Delete(Path.Combine(consumer.Folder, "run"), recursive: true);
            }
        }
    }

    [Fact]
    public void RunsWithItsOwnLibtorchWhereTheSystemHasAnother()
    {
        using var foreign = ForeignLibtorch();
        var (exitCode, output) = DotNet.TryWithLibraries(foreign.Path, consumer.Folder, "bin/Debug/net10.0/Consumer.dll");

        Assert.Contains("Tiny gives [3, 2]", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    // A library that every runtime has stands for one of another version: it can be loaded and has none of the functions.
    private static TemporaryFolder ForeignLibtorch()
    {
        var folder = new TemporaryFolder();
        foreach (var name in new[] { "c10", "torch_cpu", "torch", "LibTorchSharp" })
        {
            File.Copy(
                Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), LibraryFile("System.IO.Compression.Native")),
                folder.File(LibraryFile(name))
            );
        }

        return folder;
    }

    private static string LibraryFile(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
        : $"lib{name}.so";

    private IEnumerable<string> CompiledModels()
    {
        using var program = new PEReader(File.OpenRead(consumer.CompiledProgram));
        var metadata = program.GetMetadataReader();
        return
        [
            .. metadata
                .TypeDefinitions.Select(metadata.GetTypeDefinition)
                .Where(type => metadata.GetString(type.Namespace) == "Consumer")
                .Select(type => metadata.GetString(type.Name))
                .Order(StringComparer.Ordinal),
        ];
    }

    private IEnumerable<(string Identity, string? ModelGenSpec)> Items(string type, params string[] arguments)
    {
        var output = DotNet.Run(consumer.Folder, ["msbuild", "-nologo", $"-getItem:{type}", .. arguments]);
        using var items = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        return
        [
            .. items
                .RootElement.GetProperty("Items")
                .GetProperty(type)
                .EnumerateArray()
                .Select(item =>
                    (item.GetProperty("Identity").GetString()!, item.TryGetProperty("ModelGenSpec", out var spec) ? spec.GetString() : null)
                ),
        ];
    }
}
