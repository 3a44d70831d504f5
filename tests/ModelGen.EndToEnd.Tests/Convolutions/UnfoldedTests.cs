using ModelGen.EndToEnd.Tests.Exactness;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.EndToEnd.Tests.Layers;
using ModelGen.EndToEnd.Tests.Models;
using ModelGen.EndToEnd.Tests.Precision;
using ModelGen.EndToEnd.Tests.Training;
using Xunit.Abstractions;

namespace ModelGen.EndToEnd.Tests.Convolutions;

// The tests that convolutions matter to, once more where ModelGen computes them, whatever the processor.
public sealed class UnfoldedLayerValueTests(LayerValueTests.Models models) : LayerValueTests(models), IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedRandomGraphTests(ITestOutputHelper log) : RandomGraphTests(log), IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedImageModelTests : SampleModelTests, IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedCastTests(CastTests.Models models) : CastTests(models), IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedGradientTests : GradientTests, IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedPrecisionRunTests : RunTests, IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedRecomputeTests : RecomputeTests, IClassFixture<UnfoldedConvolutions>;

public sealed class UnfoldedKilledRunTests : KilledRunTests, IClassFixture<UnfoldedConvolutions>;
