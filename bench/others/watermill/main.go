// A forwarder of watermill: what is in its outbox table goes to Kafka, by its own component for this.
//
// `watermill DSN BROKERS TABLE_TOPIC` runs until it is killed. `cargo stack bench others` measures it.
package main

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"os"
	"time"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/components/forwarder"
	"github.com/ThreeDotsLabs/watermill/message"
	_ "github.com/go-sql-driver/mysql"
)

// Rows of one read, and the pause after a read that found none.
const (
	batchSize    = 1000
	pollInterval = time.Millisecond
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 4 {
		return fmt.Errorf("usage: %s DSN BROKERS TABLE_TOPIC", os.Args[0])
	}
	dsn, brokers, topic := os.Args[1], os.Args[2], os.Args[3]
	db, err := stdsql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	logger := watermill.NewStdLogger(false, false)
	subscriber, err := sql.NewSubscriber(sql.BeginnerFromStdSQL(db), sql.SubscriberConfig{
		SchemaAdapter:    sql.DefaultMySQLSchema{SubscribeBatchSize: batchSize},
		OffsetsAdapter:   sql.DefaultMySQLOffsetsAdapter{},
		PollInterval:     pollInterval,
		InitializeSchema: true,
	}, logger)
	if err != nil {
		return err
	}
	publisher, err := kafka.NewPublisher(kafka.PublisherConfig{
		Brokers:               []string{brokers},
		Marshaler:             kafka.NewWithPartitioningMarshaler(key),
		OverwriteSaramaConfig: producer(),
	}, logger)
	if err != nil {
		return err
	}
	relay, err := forwarder.NewForwarder(subscriber, publisher, logger, forwarder.Config{ForwarderTopic: topic})
	if err != nil {
		return err
	}
	return relay.Run(context.Background())
}

// Watermill's own settings, and as durable as the other relays.
func producer() *sarama.Config {
	config := kafka.DefaultSaramaSyncPublisherConfig()
	config.Producer.RequiredAcks = sarama.WaitForAll
	return config
}

// Events of one key are for one partition.
func key(_ string, msg *message.Message) (string, error) {
	return msg.Metadata.Get("key"), nil
}
