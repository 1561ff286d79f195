using System.Reflection;
using System.Runtime.InteropServices;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A fleet of real processes that share one store, and what may happen to it.</summary>
internal sealed class FleetRun(Arguments arguments)
{
    private readonly FleetSettings _settings = FleetSettings.From(arguments);

    /// <summary>The arguments that repeat it.</summary>
    public string Size =>
        $"--processes {_settings.Processes} --instances {_settings.InstancesEach}{(arguments.Store is null ? "" : $" --store {arguments.Store.Value.ToString().ToLowerInvariant()}")}";

    /// <summary>What took part.</summary>
    public string With { get; private set; } = "";

    public Task<IReadOnlyList<Table>> RunAsync() => OnStageAsync(async stage =>
    {
        await ColdCases.RunAsync(stage);
        SteadyState open = await SteadyState.WatchAsync(stage, Sharing.Store);
        SteadyState gated = await SteadyState.WatchAsync(stage, Sharing.StoreAndLock);
        await StoreOutage.RunAllAsync(stage);
        await ReplacedEntry.RunAllAsync(stage);
        await CredentialCases.RunAsync(stage, gated);
        return Simulations.Tabulate(stage, open, arguments.IsMiniature);
    });

    /// <summary>The steady state only, beside what is simulated.</summary>
    public Task<IReadOnlyList<Table>> SimulateAsync() => OnStageAsync(async stage =>
        Simulations.Tabulate(stage, await SteadyState.WatchAsync(stage, Sharing.Store), arguments.IsMiniature));

    private async Task<IReadOnlyList<Table>> OnStageAsync(Func<Stage, Task<Table>> playAsync)
    {
        // Without these the processes would live on: .NET ends at a signal without further ado.
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(130));
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
        await using FleetServer server = await FleetServer.StartAsync(_settings.Latency);
        await using Store store = await Store.StartAsync(arguments.Store);
        using Workers workers = new(_settings, server, store);
        With = $"{store.Description}, {Package(typeof(StackExchange.Redis.ConnectionMultiplexer))}, {Package(typeof(Medallion.Threading.Redis.RedisDistributedLock))}";
        Console.Error.WriteLine($"{With}; {_settings.Processes} processes × {_settings.InstancesEach} instances");
        await WarmUpAsync(new Stage(_settings, server, store, workers, new FleetReport(_settings)));
        FleetReport report = new(_settings);
        Table simulated = await playAsync(new Stage(_settings, server, store, workers, report));
        return [.. report.Tables, simulated];
    }

    private static string Package(Type type) =>
        $"{type.Assembly.GetName().Name} {type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    // Compiles in every process what the cases run.
    private static async Task WarmUpAsync(Stage stage)
    {
        for (int i = 0; i < 2; i++)
        {
            FleetApp app = await stage.BuildAsync(Sharing.StoreAndLock, Stage.LongLife);
            _ = await stage.Workers.CallAsync();
            app.RevokeTokens();
            _ = await stage.Workers.CallAsync();
        }
    }
}
