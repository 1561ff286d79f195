using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Ways to leak a secret, each with the channel that it leaks to.</summary>
internal static class PlantedLeaks
{
    // Digits only, so that it can also be a host name and a measurement.
    public const string Secret = "8172635481726354";

    public static readonly Dictionary<string, (string Channel, Func<Observation, Task> Plant)> All = new()
    {
        ["log message"] = ("log", Do(observation => Log(observation, Secret))),
        ["log value"] = ("log", Do(observation => Log(observation, new Dictionary<string, object?> { ["Key"] = Secret }, text: "text"))),
        ["log scope"] = ("log", Do(LogInScope)),
        ["logged exception"] = ("log", Do(observation => Log(observation, "text", new InvalidOperationException("outer", new InvalidOperationException(Secret))))),
        ["data of a logged exception"] = ("exception", Do(observation => Log(observation, "text", new InvalidOperationException { Data = { ["key"] = Secret } }))),
        ["event of System.Net.Http"] = ("System.Net.Http", _ => RefusedAsync(Secret)),
        ["event of System.Net.Sockets"] = ("System.Net.Sockets", ConnectSocketAsync),
        ["event of System.Net.Security"] = ("System.Net.Security", _ => HandshakeAsync()),
        ["event of System.Net.NameResolution"] = ("System.Net.NameResolution", _ => ResolveAsync()),
        ["activity of System.Net.Http"] = ("activity", _ => RefusedAsync(Secret)),
        ["activity of the library"] = ("activity", _ => FailTokenRequestAsync(Secret)),
        ["activity name"] = ("activity", InActivity(activity => activity.DisplayName = Secret)),
        ["activity tag"] = ("activity", InActivity(activity => activity.SetTag("key", Secret))),
        ["activity tag's name"] = ("activity", InActivity(activity => activity.SetTag(Secret, 1))),
        ["activity event"] = ("activity", InActivity(activity => activity.AddEvent(new ActivityEvent(Secret)))),
        ["activity event's tag"] = ("activity", InActivity(activity => activity.AddException(new InvalidOperationException(Secret)))),
        ["activity link"] = ("activity", InActivity(activity => activity.AddLink(new ActivityLink(default, new ActivityTagsCollection { ["key"] = Secret })))),
        ["activity baggage"] = ("activity", InActivity(activity => activity.SetBaggage("key", Secret))),
        ["activity status"] = ("activity", InActivity(activity => activity.SetStatus(ActivityStatusCode.Error, Secret))),
        ["activity state"] = ("activity", InActivity(activity => activity.TraceStateString = $"key={Secret}")),
        ["metric of the library"] = ("metric", _ => FailTokenRequestAsync(Secret)),
        ["metric tag"] = ("metric", InMeter(meter => meter.CreateCounter<int>("count").Add(1, KeyValuePair.Create("key", (object?)Secret)))),
        ["metric value"] = ("metric", InMeter(meter => meter.CreateHistogram<long>("value").Record(long.Parse(Secret, CultureInfo.InvariantCulture)))),
        ["metric observed"] = ("metric", _ => ObserveMetricAsync()),
        ["metric description"] = ("metric", InMeter(meter => meter.CreateCounter<int>("count", unit: null, Secret))),
        ["exception message"] = ("exception", Show(() => new InvalidOperationException(Secret))),
        ["inner exception's data"] = ("exception", Show(() => new InvalidOperationException("", new InvalidOperationException { Data = { [Secret] = 1 } }))),
        ["second inner exception"] = ("exception", Show(() => new AggregateException(new InvalidOperationException(), new InvalidOperationException { HelpLink = Secret }))),
        ["error code"] = ("exception", Show(() => new TokenRequestException("", isTransient: true) { Error = Secret })),
        ["ToString"] = ("ToString", Show(() => new InText())),
        ["debugger field"] = ("debugger", Show(() => new InField())),
        ["debugger property"] = ("debugger", Show(() => new InProperty())),
        ["debugger display"] = ("debugger", Show(() => new InDisplay())),
        ["debugger proxy"] = ("debugger", Show(() => new InProxy())),
        ["JSON"] = ("JSON", Show(() => new InProperty())),
    };

    private static Func<Observation, Task> Do(Action<Observation> plant) => observation =>
    {
        plant(observation);
        return Task.CompletedTask;
    };

    private static Func<Observation, Task> Show(Func<object> create) => Do(observation => observation.Show(create()));

    private static void Log(Observation observation, object state, Exception? exception = null, string? text = null) =>
        observation.Log.ForProvider().Log(LogLevel.Trace, default, state, exception, (of, _) => text ?? of.ToString()!);

    private static void LogInScope(Observation observation)
    {
        ILogger logger = observation.Log.ForProvider();
        using IDisposable? scope = logger.BeginScope(Secret);
        logger.Log(LogLevel.Trace, default, "text", exception: null, (text, _) => text);
    }

    // Nothing listens on port 9. Every listener gets the request before the connection fails.
    private static async Task RefusedAsync(string path)
    {
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://127.0.0.1:9/{path}")));
    }

    // The name of an app isn't a secret. It is in the library's own span and measurements, and in none of .NET's.
    private static async Task FailTokenRequestAsync(string appName)
    {
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        OptionsSnapshot options = new(
            TestOptions.Create(options => options.TokenEndpoint = new Uri("http://127.0.0.1:9/token")), appName, "keys");
        TokenEndpointClient source = new(() => client, TimeProvider.System, Telemetry.Shared);
        await Assert.ThrowsAsync<TokenRequestException>(() => source.AcquireAsync(new AcquisitionRequest(options, StartedAt: 0), CancellationToken.None));
    }

    // This source prints an address as bytes.
    private static async Task ConnectSocketAsync(Observation observation)
    {
        observation.Secrets.Add("planted", string.Join(',', Encoding.UTF8.GetBytes(Secret)));
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(new UnixDomainSocketEndPoint($"/{Secret}")));
    }

    private static async Task HandshakeAsync()
    {
        using MemoryStream noServer = new();
        using SslStream stream = new(noServer);
        await Assert.ThrowsAsync<IOException>(() => stream.AuthenticateAsClientAsync(Secret));
    }

    // Nothing waits for the result: the event is written before the call returns.
    private static async Task ResolveAsync()
    {
        using CancellationTokenSource cancelled = new();
        Task resolving = Dns.GetHostAddressesAsync($"{Secret}.invalid", cancelled.Token);
        await cancelled.CancelAsync();
        await resolving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Func<Observation, Task> InActivity(Action<Activity> plant) => Do(_ =>
    {
        using ActivitySource source = new("planted");
        using Activity? activity = source.StartActivity("planted");
        plant(activity!);
    });

    private static Func<Observation, Task> InMeter(Action<Meter> plant) => Do(_ =>
    {
        using Meter meter = new("planted");
        plant(meter);
    });

    private static Task ObserveMetricAsync()
    {
        // Not disposed: an observable instrument is read when the search begins.
        Meter meter = new("observed");
        meter.CreateObservableGauge("value", () => long.Parse(Secret, CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    private sealed class InText
    {
        public override string ToString() => Secret;
    }

    private sealed class InField
    {
        private readonly string _field = Secret;

        public override string ToString() => $"{_field.Length}";
    }

    private sealed class InProperty
    {
        public string Property { get; } = Secret;
    }

    [DebuggerDisplay("{Display,nq}")]
    private sealed class InDisplay
    {
        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        private string Display { get; } = Secret;
    }

    [DebuggerTypeProxy(typeof(View))]
    private sealed class InProxy
    {
        private sealed class View(InProxy of)
        {
            public string Value { get; } = of is null ? "" : Secret;
        }
    }
}
