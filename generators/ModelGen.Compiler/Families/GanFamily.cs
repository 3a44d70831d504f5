using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.LabelCodes;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Objectives;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Training;

namespace ModelGen.Compiler.Families;

internal sealed class GanFamily() : Family(
    "gan",
    "a generative adversarial network: a generator from a latent space to pictures against a discriminator that tells them from the data's: Goodfellow et al. 2014",
    Data, Latent, Condition, Initialisation, Generator, Discriminator, Goal, Training)
{
    private static readonly WordParameter<DataKind> Data = new("data", "the pictures, whose pixels range from 0 to 1; the networks see them from -1 to 1", "image") { IsRequired = true };

    private static readonly IntegerParameter Latent = new("latent", "how many axes the latent space has") { IsRequired = true, Maximum = 1 << 20 };

    private static readonly WordParameter<LabelCode> GeneratorCode = new("generator", "how the generator sees the label", "concatenated", "embedded") { Default = Concatenated.Configured };

    private static readonly WordParameter<LabelCode> DiscriminatorCode = new("discriminator", "how the discriminator sees the label") { Default = Concatenated.Configured };

    private static readonly GroupParameter Condition = ImageCondition.Group("labels steer both players", GeneratorCode, DiscriminatorCode);

    private static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as PyTorch starts each layer");

    private static readonly LayersParameter Generator = new("generator", "the layers from a latent vector [latent] (and the label's code) to a picture [C, H, W] from -1 to 1, as tanh gives it") { IsRequired = true };

    private static readonly LayersParameter Discriminator = new("discriminator", "the layers from a picture [C, H, W] (and planes of the label's code) to a score [1]; to features [n] where it judges by projection") { IsRequired = true };

    private static readonly WordParameter<AdversarialObjective> Goal = new("objective", "what the players make smaller") { IsRequired = true };

    private static readonly GroupParameter Training = TrainingGroup.Create("images", "data", measures: false, "GanTrainingOptions",
        new GroupParameter("discriminator", "how the discriminator is trained where otherwise than the generator", "global::ModelGen.Training.DiscriminatorOptions",
            new WordParameter<Optimizer>("optimizer", "how a step changes its weights") { Absent = "the generator's" },
            new IntegerParameter("steps", "how many steps it makes for each of the generator's, each on a batch of its own") { Default = 1, Maximum = 1000 })
        {
            HasDefaults = true,
        });

    public override string Example =>
        """
        model: Example
        family: gan
        data: { image: [1, 6, 6] }
        latent: 3
        condition: { classes: 2, generator: { embedded: 5 }, discriminator: { embedded: 4 } }
        initialiser: xavier-uniform
        generator: [linear: 36, tanh, reshape: [1, 6, 6]]
        discriminator: [flatten, linear: 1]
        objective: { non-saturating: { label-smoothing: 0.1 } }
        training:
          optimizer: { adamw: 1e-3 }
          schedule: { constant: { warmup: 10 steps } }
          clip-norm: 1.0
          batch: 4
          duration: 2 epochs
          validation: { fraction: 0.2 }
          checkpoint: 1k images
          average: 0.99
          discriminator: { optimizer: { adamw: 2e-3 }, steps: 2 }
        """;

    public override string BaseClass => "global::ModelGen.Models.Gan";

    public override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        var arguments = spec.Arguments;
        if (!arguments.TryGet(Data, out var kind) || Shape(kind, errors) is not { } data || !arguments.TryGet(Latent, out var latent))
        {
            return null;
        }

        var isGiven = arguments.TryGet(Initialisation, out var initialiser);
        var network = new NetworkBuilder(data, isGiven ? initialiser : null, null);
        var roles = new RolesBuilder(network, spec.Name);
        var classes = ImageCondition.Classes(arguments, Condition);
        var (seenByGenerator, seenByDiscriminator) = (Code(arguments, GeneratorCode), Code(arguments, DiscriminatorCode));
        var generator = arguments.TryGet(Generator, out var generatorLayers)
            ? roles.Role(Generator.Name, generatorLayers, new Shape(latent + Width(seenByGenerator, classes)))
            : null;
        roles.Gives(Generator.Name, generator, "the generator of a gan", shape => shape.Equals(data.Shape), $"the data's shape {data.Shape}, which the discriminator takes");
        AddEmbedding(roles, "generator-labels", seenByGenerator, classes);

        var discriminator = arguments.TryGet(Discriminator, out var discriminatorLayers)
            ? roles.Role(Discriminator.Name, discriminatorLayers, data.Shape.With(0, data.Shape.Axes[0] + Width(seenByDiscriminator, classes)))
            : null;
        if (seenByDiscriminator?.Definition is not Projection)
        {
            roles.Gives(Discriminator.Name, discriminator, "the discriminator of a gan", shape => shape.Equals(new Shape(1)), "one score [1]");
            AddEmbedding(roles, "discriminator-labels", seenByDiscriminator, classes);
        }
        else if (roles.Gives(Discriminator.Name, discriminator, "a discriminator that judges by projection", shape => shape.Rank == 1, "features [n], such as 'flatten' makes of any shape"))
        {
            var features = discriminator!.Output.Shape.Last.Constant!.Value;
            roles.Embedding("projection", classes, features);
            roles.Linear("head", features, 1);
        }

        CheckInitialiser(network, Initialisation, isGiven);
        errors.AddRange(network.Errors);
        CheckUnits(arguments, Parameters, "images", errors);
        if (generator is null || discriminator is null || network.IsIncomplete || !arguments.TryGet(Goal, out _) || errors.Count > 0)
        {
            return null;
        }

        roles.Graph.Output = generator.Output;
        return new ModelGraph(spec, data, roles.Graph, network.Classes);
    }

    public override void WriteConstants(CodeWriter writer, ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        writer.Line("/// <summary>How many axes the latent space has.</summary>");
        writer.Line(FormattableString.Invariant($"public const int Latent = {arguments.Get(Latent)};"));
        writer.Line();
        ImageCondition.WriteConstant(writer, arguments, Condition);
        if (arguments.TryGet(Training, out var training))
        {
            OptionsWriter.Property(writer, "How the spec says to train it.", "Training", Training, training);
            writer.Line();
        }
    }

    public override void WriteMembers(CodeWriter writer, ModelGraph model)
    {
        var goal = model.Spec.Arguments.Get(Goal);
        OverrideWriter.Members(writer,
        [
            $"global::System.ReadOnlySpan<long> ImageShape => {model.Data.Shape};",
            "int LatentSize => Latent;",
            .. ImageCondition.Members(model.Spec.Arguments, Condition),
            $"string Fingerprint => \"{Fingerprint.Of(model)}\";",
            $"global::ModelGen.Training.Objective CreateObjective(global::ModelGen.Data.ImageDataset data) => {goal.Definition.CSharp(goal.Arguments)};",
        ]);
    }

    // Null where there is no condition.
    private static Configured<LabelCode>? Code(Arguments arguments, WordParameter<LabelCode> parameter) =>
        arguments.TryGet(Condition, out var condition) ? condition.Get(parameter) : null;

    private static long Width(Configured<LabelCode>? code, long classes) => code?.Definition.Width(code.Arguments, classes) ?? 0;

    private static void AddEmbedding(RolesBuilder roles, string name, Configured<LabelCode>? code, long classes)
    {
        if (code?.Definition is Embedded)
        {
            roles.Embedding(name, classes, Width(code, classes));
        }
    }
}
