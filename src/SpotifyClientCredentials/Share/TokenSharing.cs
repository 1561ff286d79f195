using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Share;

/// <summary>How the instances of one app share its token: an immutable copy of options that passed validation.</summary>
internal sealed class TokenSharing
{
    public required IDistributedCache Cache { get; init; }

    public required TimeSpan StoreTimeout { get; init; }

    public required Func<CancellationToken, ValueTask<IAsyncDisposable?>>? TryAcquireLock { get; init; }

    /// <summary>Does nothing the second time for the same app.</summary>
    public static void AddTo(IServiceCollection services, string appName)
    {
        if (services
            .Where(service => service.ServiceType == typeof(IValidateOptions<TokenSharingOptions>))
            .Any(service => service.ImplementationInstance is TokenSharingOptionsValidator validator && validator.AppName == appName))
        {
            return;
        }

        services.AddSingleton<IValidateOptions<TokenSharingOptions>>(new TokenSharingOptionsValidator(appName));
        services.AddOptions<TokenSharingOptions>(appName)
            .PostConfigure<IServiceProvider>((options, provider) => options.Cache ??= provider.GetService<IDistributedCache>())
            .ValidateOnStart();
    }

    public static bool IsOnFor(IServiceProvider services, string appName) =>
        services.GetServices<IValidateOptions<TokenSharingOptions>>().OfType<TokenSharingOptionsValidator>().Any(validator => validator.AppName == appName);

    /// <exception cref="OptionsValidationException">There is no store, or a setting is wrong.</exception>
    public static TokenSharing From(IServiceProvider services, string appName)
    {
        TokenSharingOptions options = services.GetRequiredService<IOptionsMonitor<TokenSharingOptions>>().Get(appName);
        return new TokenSharing { Cache = options.Cache!, StoreTimeout = options.StoreTimeout, TryAcquireLock = options.TryAcquireLock };
    }
}
