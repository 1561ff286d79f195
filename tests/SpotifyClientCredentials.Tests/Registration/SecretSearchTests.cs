using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Registration;

/// <summary>That the search for secrets finds what it is to find.</summary>
public sealed class SecretSearchTests
{
    private readonly SecretSearch _search = new SecretSearch().AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret);

    public static TheoryData<string> Planted =>
    [
        TestOptions.ClientSecret,
        Uri.EscapeDataString(TestOptions.ClientSecret),
        Uri.EscapeDataString(TestOptions.ClientSecret).ToLowerInvariant(),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestOptions.ClientId}:{TestOptions.ClientSecret}")),
        System.Text.Json.JsonSerializer.Serialize(TestOptions.ClientSecret).Trim('"'),
    ];

    [Theory]
    [MemberData(nameof(Planted))]
    public void FindIn_ATextWithAPlantedSecret_FindsIt(string planted) => Assert.NotEmpty(_search.FindIn($"before {planted} after"));

    [Fact]
    public void FindIn_ATextWithout_FindsNothing() => Assert.Empty(_search.FindIn($"{TestOptions.ClientId} s3cr3t"));

    [Fact]
    public void RecordingLogger_GivenASecretInAnyPlace_HasItInItsText()
    {
        Action<ILogger>[] places =
        [
            logger => Log(logger, TestOptions.ClientSecret),
            logger => Log(logger, "text", new InvalidOperationException("outer", new InvalidOperationException(TestOptions.ClientSecret))),
            logger =>
            {
                using IDisposable? scope = logger.BeginScope(TestOptions.ClientSecret);
                Log(logger, "text");
            },
        ];

        foreach (Action<ILogger> place in places)
        {
            using RecordingLoggerProvider log = new();
            place(log.ForProvider());
            Assert.Equal(["client secret"], _search.FindIn(log.Text));
        }
    }

    [Fact]
    public void DebuggerView_OfAFieldPropertyOrProxy_ShowsItsValueUnlessHidden()
    {
        Assert.Contains("in a field", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
        Assert.Contains("in a property", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
        Assert.Contains("in the display", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
        Assert.Contains("behind a proxy", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden value", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
    }

    private static void Log(ILogger logger, string text, Exception? exception = null) =>
        logger.Log(LogLevel.Trace, default, text, exception, (state, _) => state);

    [DebuggerDisplay("{Display}")]
    private sealed class Sample
    {
        private readonly string _field = "in a field";

        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        public string Display { get; } = "in the display";

        public Proxied Inner { get; } = new();

        public string Property { get; } = "in a property";

        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        public string Hidden { get; } = "hidden value";

        public override string ToString() => $"{_field.Length}";
    }

    [DebuggerTypeProxy(typeof(View))]
    private sealed class Proxied
    {
        private sealed class View(Proxied of)
        {
            public string Value { get; } = of is null ? "" : "behind a proxy";
        }
    }
}
