using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Objectives;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Training;

namespace ModelGen.Compiler.Families;

internal sealed class VaeFamily() : Family(
    "vae",
    "a variational autoencoder: pictures to a latent space and back, with linear heads for mean and log-variance after the encoder: Kingma and Welling 2014",
    Data, Latent, Condition, Initialisation, Encoder, Decoder, Goal, Training)
{
    private static readonly WordParameter<DataKind> Data = new("data", "the pictures, whose pixels range from 0 to 1", "image") { IsRequired = true };

    private static readonly IntegerParameter Latent = new("latent", "how many axes the latent space has") { IsRequired = true, Maximum = 1 << 20 };

    private static readonly GroupParameter Condition = ImageCondition.Group("labels steer both halves: the encoder sees a plane of ones for the class and planes of zeros for the others after the picture's channels, the decoder a one for it after the latent's axes");

    private static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as PyTorch starts each layer");

    private static readonly LayersParameter Encoder = new("encoder", "the layers from a picture [C, H, W] to features [n]; with a condition from [C + classes, H, W]") { IsRequired = true };

    private static readonly LayersParameter Decoder = new("decoder", "the layers from a latent vector [latent] to a picture [C, H, W]; with a condition from [latent + classes]") { IsRequired = true };

    private static readonly WordParameter<VaeObjective> Goal = new("objective", "what training makes smaller") { IsRequired = true };

    private static readonly GroupParameter Training = TrainingGroup.Create("images", "data");

    public override string Example =>
        """
        model: Example
        family: vae
        data: { image: [1, 6, 6] }
        latent: 3
        condition: { classes: 2 }
        initialiser: xavier-uniform
        encoder: [flatten, linear: 8, relu]
        decoder: [linear: 36, reshape: [1, 6, 6]]
        objective: { elbo: { reconstruction: bernoulli } }
        training:
          optimizer: { adamw: 1e-3 }
          schedule: { constant: { warmup: 10 steps } }
          clip-norm: 1.0
          batch: 4
          duration: 2 epochs
          validation: { every: 1 epochs, batches: 2, fraction: 0.2 }
          checkpoint: 1k images
          average: 0.99
        """;

    public override string BaseClass => "global::ModelGen.Models.Vae";

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
        var encoder = arguments.TryGet(Encoder, out var encoderLayers) ? roles.Role(Encoder.Name, encoderLayers, data.Shape.With(0, data.Shape.Axes[0] + classes)) : null;
        if (roles.Gives(Encoder.Name, encoder, "a vae", shape => shape.Rank == 1, "features [n], such as 'flatten' makes of any shape"))
        {
            var features = encoder!.Output.Shape.Last.Constant!.Value;
            roles.Linear("mean", features, latent);
            roles.Linear("log-variance", features, latent);
        }

        var decoder = arguments.TryGet(Decoder, out var decoderLayers) ? roles.Role(Decoder.Name, decoderLayers, new Shape(latent + classes)) : null;
        roles.Gives(Decoder.Name, decoder, "the decoder of a vae", shape => shape.Equals(data.Shape), $"the data's shape {data.Shape}");
        var hasGoal = arguments.TryGet(Goal, out var goal);
        if (hasGoal)
        {
            var likelihood = goal.Definition.Reconstruction(goal.Arguments);
            var type = likelihood.Definition.CSharpType;
            roles.Module("likelihood", type, $"new {type}({likelihood.Definition.ConstructorArguments(likelihood.Arguments)})", likelihood.Definition.State);
        }

        CheckInitialiser(network, Initialisation, isGiven);
        errors.AddRange(network.Errors);
        CheckUnits(arguments, Parameters, "images", errors);
        if (encoder is null || decoder is null || network.IsIncomplete || !hasGoal || errors.Count > 0)
        {
            return null;
        }

        roles.Graph.Output = decoder.Output;
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
}
