using System.Globalization;
using System.Xml.Linq;
using ModelGen.Losses;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;

namespace ModelGen.Tests.Training;

public sealed class RecordMembersTests
{
    public static TheoryData<Type> IdentifyingRecords =>
        [
            .. new[] { typeof(ScheduleOptions).Assembly, typeof(TrainingOptions).Assembly }
                .SelectMany(static assembly => assembly.GetTypes())
                .Where(static type =>
                    type.IsPublic
                    && !type.IsAbstract
                    && (
                        typeof(TrainingOptions).IsAssignableFrom(type)
                        || typeof(OptimizerOptions).IsAssignableFrom(type)
                        || typeof(ScheduleOptions).IsAssignableFrom(type)
                        || typeof(SupervisedLoss).IsAssignableFrom(type)
                        || typeof(AdversarialLoss).IsAssignableFrom(type)
                        || typeof(TokenLossOptions).IsAssignableFrom(type)
                        || typeof(TrainingOptions)
                            .GetProperties()
                            .Concat(typeof(GanTrainingOptions).GetProperties())
                            .Any(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == type)
                        || type == typeof(ElboOptions)
                        || type == typeof(VectorQuantisedOptions)
                    )
                ),
        ];

    /// <summary>Trimming would take members that nothing but reflection reads, and the run would forget them.</summary>
    [Theory]
    [MemberData(nameof(IdentifyingRecords))]
    public void TrimmingKeepsTheMembers(Type record)
    {
        using var descriptors = record.Assembly.GetManifestResourceStream("ILLink.Descriptors.xml")!;
        var kept = XDocument.Load(descriptors).Root!.Element("assembly")!;

        Assert.Equal(record.Assembly.GetName().Name, kept.Attribute("fullname")!.Value);
        Assert.Contains(kept.Elements(), element =>
            (element.Name.LocalName, element.Attribute("fullname")!.Value) is var (kind, name)
            && (kind == "namespace" ? name == record.Namespace : name == record.FullName)
        );
    }

    [Fact]
    public void EveryMemberOfNestedRecordsHasAName()
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        RecordMembers.Add(
            members,
            "training",
            new GanTrainingOptions
            {
                Optimizer = new AdamWOptions { LearningRate = 1e-3, Betas = (0.5, 0.999) },
                Schedule = new CosineSchedule { Warmup = Duration.Steps(100), Floor = 1e-5 },
                Rates = new Dictionary<string, double> { ["generator.linear"] = 0.5 },
                Unfreeze = new Dictionary<string, Duration> { ["generator"] = Duration.Epochs(0.5) },
                BatchSize = 12,
                Duration = Duration.Epochs(2.5),
                Validation = new ValidationOptions
                {
                    Every = Duration.Tokens(50_000),
                    Batches = 20,
                    Fraction = 0.1,
                },
                Discriminator = new DiscriminatorOptions { Steps = 2 },
            }
        );
        Assert.Equal(
            """
            training = GanTraining
            training.accumulate = 1
            training.average = none
            training.batch-size = 12
            training.budget = none
            training.checkpoint = none
            training.clip-norm = none
            training.discriminator = Discriminator
            training.discriminator.optimizer = none
            training.discriminator.steps = 2
            training.duration = 2.5 epochs
            training.early-stopping = none
            training.loss-scaling = False
            training.max-time = none
            training.optimizer = AdamW
            training.optimizer.betas = (0.5, 0.999)
            training.optimizer.epsilon = 1E-08
            training.optimizer.learning-rate = 0.001
            training.optimizer.weight-decay = 0.01
            training.rates = 1 entries
            training.rates.generator.linear = 0.5
            training.rollback = none
            training.schedule = CosineSchedule
            training.schedule.floor = 1E-05
            training.schedule.warmup = 100 steps
            training.unfreeze = 1 entries
            training.unfreeze.generator = 0.5 epochs
            training.validation = Validation
            training.validation.batches = 20
            training.validation.every = 50000 tokens
            training.validation.fraction = 0.1
            """.ReplaceLineEndings("\n"),
            string.Join('\n', members.Select(static member => $"{member.Key} = {member.Value}"))
        );
    }

    [Fact]
    public void NumbersDoNotDependOnTheCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            var members = new Dictionary<string, string>();
            RecordMembers.Add(members, "optimizer", new AdamOptions { LearningRate = 0.25 });
            Assert.Equal("0.25", members["optimizer.learning-rate"]);
            Assert.Equal("(0.9, 0.999)", members["optimizer.betas"]);
            RecordMembers.Add(members, "rates", new Dictionary<string, double> { ["embed"] = 0.25 });
            Assert.Equal("0.25", members["rates.embed"]);
            Assert.Same(comma, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AWordIsItsOwnValueAndARecordWithoutMembersItsType()
    {
        var members = new Dictionary<string, string>();
        RecordMembers.Add(members, "likelihood", "Gaussian of variance 0.1");
        RecordMembers.Add(members, "loss", new HingeLoss());
        Assert.Equal("Gaussian of variance 0.1", members["likelihood"]);
        Assert.Equal("HingeLoss", members["loss"]);
        Assert.Equal("False", members["loss.generator-sees-real"]);
    }

    [Theory]
    [InlineData("a } b, C = { c")]
    [InlineData("Fake { Rank = 9 }")]
    [InlineData("(1, 2")]
    [InlineData("first\nsecond, third")]
    [InlineData("System.Text")]
    [InlineData("List`1[]")]
    public void ATextIsItsOwnValueWhateverIsInIt(string text)
    {
        var members = new Dictionary<string, string>();
        RecordMembers.Add(members, "adapter", new Adapter(text, 4, null));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["adapter"] = "Adapter",
                ["adapter.name"] = text,
                ["adapter.rank"] = "4",
                ["adapter.next"] = "none",
            },
            members
        );
    }

    [Fact]
    public void MembersComeInTheOrderInWhichTheyAreDeclared()
    {
        var members = new OrderedDictionary<string, string>();
        RecordMembers.Add(members, "adapter", new Adapter("a", 1, new Adapter("b", 2, null)));

        Assert.Equal(
            ["adapter", "adapter.name", "adapter.rank", "adapter.next", "adapter.next.name", "adapter.next.rank", "adapter.next.next"],
            members.Keys
        );
    }

    [Fact]
    public void OfAListEveryEntryCounts()
    {
        var members = new Dictionary<string, string>();
        RecordMembers.Add(members, "listed", new Listed([1, 2], [new Adapter("x, y", 3, null)], []));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["listed"] = "Listed",
                ["listed.steps"] = "2 entries",
                ["listed.steps.0"] = "1",
                ["listed.steps.1"] = "2",
                ["listed.adapters"] = "1 entries",
                ["listed.adapters.0"] = "Adapter",
                ["listed.adapters.0.name"] = "x, y",
                ["listed.adapters.0.rank"] = "3",
                ["listed.adapters.0.next"] = "none",
                ["listed.none"] = "0 entries",
            },
            members
        );
    }

    // What cannot be compared must not be passed over.
    [Fact]
    public void AnObjectThatSaysNothingOfItselfIsRefused() =>
        Assert.Contains(
            "'held.value' has no text but its type",
            Assert
                .Throws<ArgumentException>(() => RecordMembers.Add(new Dictionary<string, string>(), "held", new Held(new object())))
                .Message
        );

    private sealed record Adapter(string Name, int Rank, Adapter? Next);

    private sealed record Listed(IReadOnlyList<int> Steps, Adapter[] Adapters, IReadOnlyList<string> None);

    private sealed record Held(object Value);
}
